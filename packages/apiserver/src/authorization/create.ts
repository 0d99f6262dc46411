// The server's authorizer, from its options: the node authorizer, then RBAC.
import { ClusterRole } from "@knots/api";
import { NODE_RULES } from "../bootstrap/component-roles.ts";
import type { ApiServerOptions } from "../options.ts";
import type { Registries } from "../registry/registries.ts";
import type { Strategies } from "../registry/strategy.ts";
import { authorizationReviews } from "../virtual/authorization-reviews.ts";
import type { VirtualKinds } from "../virtual/virtual.ts";
import { type Authorizer, allowAll, firstOf } from "./authorizer.ts";
import { rbacStrategies } from "./escalation.ts";
import { createNodeAuthorizer } from "./node.ts";
import { createRbac, type Rbac } from "./rbac.ts";

export interface Authorization {
  readonly authorizer: Authorizer;
  /** Rules of writing roles and bindings. */
  readonly strategies: Strategies;
  /** The reviews that ask the authorizer. */
  readonly virtual: VirtualKinds;
}

const noRules: Rbac = { ...allowAll, rulesOf: () => [], rulesFor: () => [] };

/** Builds authorization; `registries` is read at the first request. */
export function createAuthorization(
  { kinds, authorization = "RBAC" }: Pick<ApiServerOptions, "kinds" | "authorization">,
  registries: () => Registries,
): Authorization {
  const enforced = authorization === "RBAC" && kinds.includes(ClusterRole);
  let made: { readonly rbac: Rbac; readonly chain: Authorizer } | undefined;
  const parts = () => {
    if (made) return made;
    const rbac = enforced ? createRbac(registries()) : noRules;
    const chain = enforced ? firstOf([createNodeAuthorizer(registries(), NODE_RULES), rbac]) : allowAll;
    made = { rbac, chain };
    return made;
  };
  const authorizer: Authorizer = { authorize: (user, access) => parts().chain.authorize(user, access) };
  return {
    authorizer,
    strategies: enforced
      ? rbacStrategies(
          () => parts().rbac,
          () => authorizer,
        )
      : {},
    virtual: authorizationReviews(
      () => authorizer,
      () => parts().rbac,
    ),
  };
}
