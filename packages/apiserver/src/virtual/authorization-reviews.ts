// Access reviews: may this user do that, and what may I do at all.
import type { KubeObject } from "@knots/machinery";
import type { Access, Authorizer } from "../authorization/authorizer.ts";
import { isPathAccess } from "../authorization/authorizer.ts";
import type { Rbac } from "../authorization/rbac.ts";
import type { Rule } from "../authorization/rules.ts";
import { CLUSTER_ADMIN_RULES } from "../bootstrap/user-roles.ts";
import { badRequest } from "../errors.ts";
import { MASTERS_GROUP, type User } from "../user.ts";
import type { VirtualCall, VirtualKinds } from "./virtual.ts";

interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
}
interface ReviewSpec {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly namespace?: string;
}
interface Review extends KubeObject {
  readonly spec?: ReviewSpec;
}

function accessOf({ resourceAttributes, nonResourceAttributes }: ReviewSpec): Access {
  if (!resourceAttributes === !nonResourceAttributes)
    throw badRequest("exactly one of resourceAttributes and nonResourceAttributes must be given");
  if (nonResourceAttributes) {
    const { verb = "", path = "" } = nonResourceAttributes;
    return { verb, path };
  }
  const { verb = "", group = "", resource = "", version, namespace, name, subresource } = resourceAttributes ?? {};
  const given = <T extends string>(text: T | undefined): T | undefined => (text === "" ? undefined : text);
  return {
    verb,
    group,
    version,
    resource,
    subresource: given(subresource),
    namespace: given(namespace),
    name: given(name),
  };
}

function userOf({ user, uid, groups = [], extra }: ReviewSpec): User {
  if (!user && groups.length === 0) throw badRequest("at least one of user or group must be specified");
  return { name: user ?? "", groups, ...(uid !== undefined && { uid }), ...(extra && { extra }) };
}

/** Wildcards in a question are asked literally: only a rule with the same wildcard answers them. */
function answer(authorizer: Authorizer, call: VirtualCall, user: User, spec: ReviewSpec): KubeObject {
  const { allowed, denied, reason } = authorizer.authorize(user, accessOf(spec));
  const status = { allowed, ...(denied && { denied }), ...(reason !== "" && { reason }) };
  return { ...call.body, status } as KubeObject;
}

const specOf = ({ body }: VirtualCall): ReviewSpec => (body as Review).spec ?? {};

function localReview(authorizer: Authorizer, call: VirtualCall): KubeObject {
  const spec = specOf(call);
  const access = accessOf(spec);
  if (isPathAccess(access) || access.namespace !== call.request.namespace)
    throw badRequest("spec.resourceAttributes.namespace must match the namespace of the request");
  return answer(authorizer, call, userOf(spec), spec);
}

const list = (values: readonly string[] | undefined): readonly string[] => values ?? [];

function resourceRule({ verbs, apiGroups, resources, resourceNames }: Rule): object {
  return {
    verbs,
    apiGroups: list(apiGroups),
    resources: list(resources),
    ...(resourceNames?.length && { resourceNames }),
  };
}

function rulesReview(rbac: Rbac, call: VirtualCall): KubeObject {
  const { user } = call.context;
  const namespace = specOf(call).namespace ?? "";
  if (namespace === "") throw badRequest("no namespace on request");
  const rules = user.groups.includes(MASTERS_GROUP) ? CLUSTER_ADMIN_RULES : rbac.rulesFor(user, namespace);
  const onPaths = rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length);
  const status = {
    resourceRules: rules.filter(({ resources }) => resources?.length).map(resourceRule),
    nonResourceRules: onPaths.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
  return { ...call.body, status } as KubeObject;
}

/** The four review kinds of authorization.k8s.io. */
export function authorizationReviews(authorizer: () => Authorizer, rbac: () => Rbac): VirtualKinds {
  return {
    "authorization.k8s.io/subjectaccessreviews": (call) =>
      answer(authorizer(), call, userOf(specOf(call)), specOf(call)),
    "authorization.k8s.io/selfsubjectaccessreviews": (call) =>
      answer(authorizer(), call, call.context.user, specOf(call)),
    "authorization.k8s.io/localsubjectaccessreviews": (call) => localReview(authorizer(), call),
    "authorization.k8s.io/selfsubjectrulesreviews": (call) => rulesReview(rbac(), call),
  };
}
