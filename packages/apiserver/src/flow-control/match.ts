// Which flow schema a request belongs to, and which flow of it.
import type { FlowSchemaSpec } from "@knots/api";
import type { User } from "../user.ts";

type Rule = NonNullable<FlowSchemaSpec["rules"]>[number];
type Subject = Rule["subjects"][number];

/** What is asked of a flow schema or priority level; the built-in ones have no UID before they are written. */
export interface View<S> {
  readonly metadata: { readonly name?: string | undefined; readonly uid?: string | undefined };
  readonly spec?: S | undefined;
}
export type SchemaView = View<FlowSchemaSpec>;

/** What is known of a request before its body is read. */
export interface Digest {
  readonly user: User;
  /** Lower case: a verb of the API, or the method of a request outside it. */
  readonly verb: string;
  /** Present for requests of the API. */
  readonly resource?: {
    readonly group: string;
    readonly resource: string;
    readonly subresource?: string | undefined;
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
  };
  /** Path without the query, of requests outside the API. */
  readonly path?: string;
}

const ACCOUNT = "system:serviceaccount:";
const has = (list: readonly string[], value: string): boolean => list.includes("*") || list.includes(value);

function isSubject({ kind, user, group, serviceAccount }: Subject, { name, groups }: User): boolean {
  if (kind === "User") return user?.name === "*" || user?.name === name;
  if (kind === "Group") return group?.name === "*" || groups.includes(group?.name ?? "");
  const own = `${ACCOUNT}${serviceAccount?.namespace}:`;
  return serviceAccount?.name === "*" ? name.startsWith(own) : name === own + (serviceAccount?.name ?? "");
}

/** A path, or all that begins with it when it ends in `*`. */
const isPath = (pattern: string, path: string): boolean =>
  pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;

function coversPath({ nonResourceRules = [] }: Rule, { verb, path = "" }: Digest): boolean {
  return nonResourceRules.some(
    ({ verbs, nonResourceURLs }) => has(verbs, verb) && nonResourceURLs.some((pattern) => isPath(pattern, path)),
  );
}

function covers(rule: Rule, digest: Digest): boolean {
  const { resource: asked, verb } = digest;
  if (!asked) return coversPath(rule, digest);
  const { group, resource, subresource, namespace } = asked;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return (rule.resourceRules ?? []).some(
    ({ verbs, apiGroups, resources, clusterScope = false, namespaces = [] }) =>
      has(verbs, verb) &&
      has(apiGroups, group) &&
      has(resources, full) &&
      (namespace === undefined ? clusterScope : has(namespaces, namespace)),
  );
}

/** Whether a schema is for this request. */
export function matches({ spec }: SchemaView, digest: Digest): boolean {
  return (spec?.rules ?? []).some(
    (rule) => rule.subjects.some((subject) => isSubject(subject, digest.user)) && covers(rule, digest),
  );
}

/** The lowest precedence first; equals by name. */
export const inOrder = (a: SchemaView, b: SchemaView): number =>
  (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0) ||
  ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1);

/** What tells the flows of a schema apart. */
export function flowOf({ metadata, spec }: SchemaView, { user, resource }: Digest): string {
  const by = spec?.distinguisherMethod?.type;
  const distinguisher = by === "ByUser" ? user.name : by === "ByNamespace" ? (resource?.namespace ?? "") : "";
  return `${metadata.name} ${distinguisher}`;
}
