// Role-based access control over the cached roles and bindings.
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@knots/api";
import type { KindCache } from "../cache/kind-cache.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Registries } from "../registry/registries.ts";
import { MASTERS_GROUP, type User } from "../user.ts";
import { type Authorizer, type Decision, isPathAccess } from "./authorizer.ts";
import { allows, type Rule } from "./rules.ts";

export interface RoleRef {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}
interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}
/** A binding as the evaluator sees it; no namespace means everywhere. */
interface Grant {
  readonly namespace: string | undefined;
  readonly roleRef: RoleRef;
}

export interface Rbac extends Authorizer {
  /** The rules of a role in `namespace` (undefined: a ClusterRole); undefined when it does not exist. */
  rulesOf(ref: RoleRef, namespace: string | undefined): readonly Rule[] | undefined;
  /** Every rule that a user has in a namespace, those of the whole cluster included. */
  rulesFor(user: User, namespace: string | undefined): readonly Rule[];
}

function subjectKey({ kind, name, namespace }: Subject, fallback: string | undefined): string {
  if (kind === "ServiceAccount") return `User/system:serviceaccount:${namespace ?? fallback ?? ""}:${name}`;
  return `${kind}/${name}`;
}

const keysOf = (user: User): readonly string[] => [
  `User/${user.name}`,
  ...user.groups.map((group) => `Group/${group}`),
];

/** Bindings by subject, built anew when a binding changed. */
function grantIndex(caches: readonly KindCache[]): () => ReadonlyMap<string, readonly Grant[]> {
  let version = "";
  let index = new Map<string, Grant[]>();
  const build = (): Map<string, Grant[]> => {
    const fresh = new Map<string, Grant[]>();
    for (const cache of caches) for (const binding of cache.values()) addGrants(fresh, binding);
    return fresh;
  };
  return () => {
    const now = caches.map((cache) => cache.version).join();
    if (now !== version) {
      index = build();
      version = now;
    }
    return index;
  };
}

function addGrants(index: Map<string, Grant[]>, binding: AnyObject): void {
  const { namespace } = binding.metadata;
  const grant = { namespace, roleRef: binding["roleRef"] as RoleRef };
  for (const subject of (binding["subjects"] ?? []) as readonly Subject[]) {
    const key = subjectKey(subject, namespace);
    const list = index.get(key);
    if (list) list.push(grant);
    else index.set(key, [grant]);
  }
}

const ALLOWED: Decision = { allowed: true, reason: "" };

function missingReason(missing: readonly string[]): string {
  if (missing.length === 0) return "";
  return `RBAC: ${missing.length === 1 ? missing[0] : `[${missing.join(", ")}]`}`;
}

/** The evaluator over the kinds' caches. */
export function createRbac(registries: Registries): Rbac {
  const grants = grantIndex([ClusterRoleBinding, RoleBinding].map((kind) => registries.of(kind).cache));
  const rulesOf = (ref: RoleRef, namespace: string | undefined): readonly Rule[] | undefined => {
    const role =
      ref.kind === "ClusterRole"
        ? registries.cached(ClusterRole, undefined, ref.name)
        : registries.cached(Role, namespace, ref.name);
    return role && ((role["rules"] ?? []) as readonly Rule[]);
  };
  const grantsFor = function* (user: User, namespace: string | undefined): Iterable<Grant> {
    const index = grants();
    for (const key of keysOf(user))
      for (const grant of index.get(key) ?? [])
        if (grant.namespace === undefined || grant.namespace === namespace) yield grant;
  };
  return {
    rulesOf,
    rulesFor: (user, namespace) =>
      [...grantsFor(user, namespace)].flatMap(({ roleRef, namespace: place }) => rulesOf(roleRef, place) ?? []),
    authorize(user, access) {
      if (user.groups.includes(MASTERS_GROUP)) return ALLOWED;
      const missing = new Set<string>();
      const namespace = isPathAccess(access) ? undefined : access.namespace;
      for (const { roleRef, namespace: place } of grantsFor(user, namespace)) {
        const rules = rulesOf(roleRef, place);
        if (rules?.some((rule) => allows(rule, access))) return ALLOWED;
        if (!rules) missing.add(`${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io "${roleRef.name}" not found`);
      }
      return { allowed: false, reason: missingReason([...missing]) };
    },
  };
}
