// Nobody grants what they do not have: checks on writes of roles and bindings.
import type { RequestContext } from "../context.ts";
import { forbiddenWrite, type KindName } from "../errors.ts";
import { type AnyObject, equalJson } from "../registry/objects.ts";
import type { Strategies, Strategy } from "../registry/strategy.ts";
import { LOOPBACK, MASTERS_GROUP, type User } from "../user.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Rbac, RoleRef } from "./rbac.ts";
import { describeRule, type Rule, uncovered } from "./rules.ts";

const GROUP = "rbac.authorization.k8s.io";
const VERSION = "v1";

interface Guard {
  readonly rbac: () => Rbac;
  readonly authorizer: () => Authorizer;
  readonly kind: KindName;
}

const trusted = (user: User): boolean => user === LOOPBACK || user.groups.includes(MASTERS_GROUP);

function refuse(kind: KindName, object: AnyObject, user: User, rules: readonly Rule[]): Error {
  const who = `user ${JSON.stringify(user.name)} (groups=[${user.groups.map((group) => JSON.stringify(group)).join(" ")}])`;
  const list = rules.map(describeRule).toSorted().join("\n");
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${list}`;
  return forbiddenWrite(kind, object.metadata.name ?? "", why);
}

function checkRules({ rbac, kind }: Guard, object: AnyObject, user: User, rules: readonly Rule[]): void {
  const missing = uncovered(rbac().rulesFor(user, object.metadata.namespace), rules);
  if (missing.length > 0) throw refuse(kind, object, user, missing);
}

function roleStrategy(guard: Guard): Strategy {
  return {
    authorizeWrite(object, old, { user }: RequestContext) {
      if (trusted(user)) return;
      const same =
        equalJson(object["rules"], old?.["rules"]) && equalJson(object["aggregationRule"], old?.["aggregationRule"]);
      if (old && same) return;
      const { name, namespace } = object.metadata;
      const access = { verb: "escalate", group: GROUP, version: VERSION, resource: guard.kind.plural, namespace, name };
      if (guard.authorizer().authorize(user, access).allowed) return;
      const aggregated = object["aggregationRule"] ? [EVERYTHING, EVERY_PATH] : [];
      checkRules(guard, object, user, [...((object["rules"] ?? []) as readonly Rule[]), ...aggregated]);
    },
  };
}

const EVERYTHING: Rule = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };
const EVERY_PATH: Rule = { verbs: ["*"], nonResourceURLs: ["*"] };

function bindingStrategy(guard: Guard): Strategy {
  return {
    authorizeWrite(object, old, { user }: RequestContext) {
      if (trusted(user)) return;
      if (old && equalJson(object["subjects"], old["subjects"]) && equalJson(object["roleRef"], old["roleRef"])) return;
      const ref = object["roleRef"] as RoleRef;
      const { namespace } = object.metadata;
      const resource = ref.kind === "ClusterRole" ? "clusterroles" : "roles";
      const access = { verb: "bind", group: GROUP, version: VERSION, resource, namespace, name: ref.name };
      if (guard.authorizer().authorize(user, access).allowed) return;
      const rules = guard.rbac().rulesOf(ref, namespace);
      if (!rules) throw forbiddenWrite(guard.kind, object.metadata.name ?? "", `${resource} "${ref.name}" not found`);
      checkRules(guard, object, user, rules);
    },
  };
}

/** Strategies of the four RBAC kinds. The evaluators are read at each write, once they exist. */
export function rbacStrategies(rbac: () => Rbac, authorizer: () => Authorizer): Strategies {
  const guard = (kind: string, plural: string): Guard => ({ rbac, authorizer, kind: { group: GROUP, kind, plural } });
  return {
    [`${GROUP}/roles`]: roleStrategy(guard("Role", "roles")),
    [`${GROUP}/clusterroles`]: roleStrategy(guard("ClusterRole", "clusterroles")),
    [`${GROUP}/rolebindings`]: bindingStrategy(guard("RoleBinding", "rolebindings")),
    [`${GROUP}/clusterrolebindings`]: bindingStrategy(guard("ClusterRoleBinding", "clusterrolebindings")),
  };
}
