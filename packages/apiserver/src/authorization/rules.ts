// RBAC rules: whether one allows an access, and whether some cover another.
import { type Access, isPathAccess, type PathAccess, type ResourceAccess } from "./authorizer.ts";

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const ALL = "*";
const NONE: readonly string[] = [];
const has = (list: readonly string[] = NONE, value: string): boolean => list.includes(ALL) || list.includes(value);

function coversResource(list: readonly string[] = NONE, resource: string, subresource: string | undefined): boolean {
  if (list.includes(ALL)) return true;
  if (subresource === undefined) return list.includes(resource);
  return list.includes(`${resource}/${subresource}`) || list.includes(`*/${subresource}`);
}

function coversPath(list: readonly string[] = NONE, path: string): boolean {
  return list.some((url) => url === ALL || url === path || (url.endsWith(ALL) && path.startsWith(url.slice(0, -1))));
}

function allowsPath(rule: Rule, { verb, path }: PathAccess): boolean {
  return has(rule.verbs, verb) && coversPath(rule.nonResourceURLs, path);
}

function allowsResource(rule: Rule, { verb, group, resource, subresource, name }: ResourceAccess): boolean {
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  if (!coversResource(rule.resources, resource, subresource)) return false;
  const { resourceNames = NONE } = rule;
  return resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
}

/** Whether a rule allows an access. */
export function allows(rule: Rule, access: Access): boolean {
  return isPathAccess(access) ? allowsPath(rule, access) : allowsResource(rule, access);
}

/** A rule taken apart: one verb, one group, one resource (and one name), or one verb and one path. */
function* atoms(rule: Rule): Iterable<Rule> {
  for (const verb of rule.verbs) {
    for (const url of rule.nonResourceURLs ?? NONE) yield { verbs: [verb], nonResourceURLs: [url] };
    yield* resourceAtoms(rule, verb);
  }
}

function* resourceAtoms(
  { apiGroups = NONE, resources = NONE, resourceNames = NONE }: Rule,
  verb: string,
): Iterable<Rule> {
  for (const group of apiGroups)
    for (const resource of resources) {
      const atom = { verbs: [verb], apiGroups: [group], resources: [resource] };
      if (resourceNames.length === 0) yield atom;
      for (const name of resourceNames) yield { ...atom, resourceNames: [name] };
    }
}

function coversAtom(owner: Rule, atom: Rule): boolean {
  const [verb = ""] = atom.verbs;
  if (!has(owner.verbs, verb)) return false;
  const [url] = atom.nonResourceURLs ?? NONE;
  if (url !== undefined) return coversPath(owner.nonResourceURLs, url);
  const [group = "", full = "", name] = [atom.apiGroups?.[0], atom.resources?.[0], atom.resourceNames?.[0]];
  const slash = full.indexOf("/");
  const [resource, subresource] = slash < 0 ? [full, undefined] : [full.slice(0, slash), full.slice(slash + 1)];
  if (!has(owner.apiGroups, group) || !coversResource(owner.resources, resource, subresource)) return false;
  const { resourceNames = NONE } = owner;
  return resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
}

/** The parts of `wanted` that no rule of `owned` covers. */
export function uncovered(owned: readonly Rule[], wanted: readonly Rule[]): readonly Rule[] {
  return wanted.flatMap((rule) => [...atoms(rule)].filter((atom) => !owned.some((owner) => coversAtom(owner, atom))));
}

const shown = (name: string, list: readonly string[] | undefined): string =>
  list?.length ? `${name}:[${list.map((text) => JSON.stringify(text)).join(" ")}]` : "";

/** A rule as refusals write it. */
export function describeRule({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: Rule): string {
  const parts = [
    shown("APIGroups", apiGroups),
    shown("Resources", resources),
    shown("ResourceNames", resourceNames),
    shown("NonResourceURLs", nonResourceURLs),
    shown("Verbs", verbs),
  ];
  return `{${parts.filter((part) => part !== "").join(", ")}}`;
}
