// Shorthand for the rules of built-in roles.
import type { Rule } from "../authorization/rules.ts";

export const READ = ["get", "list", "watch"];
export const READ_WRITE = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
export const WRITE = ["create", "delete", "deletecollection", "patch", "update"];
export const UPDATE = ["patch", "update"];

/** A rule on resources of one group, written with spaces: `rule(READ, "apps", "deployments replicasets")`. */
export function rule(
  verbs: readonly string[] | string,
  group: string,
  resources: string,
  ...names: readonly string[]
): Rule {
  return {
    verbs: typeof verbs === "string" ? verbs.split(" ") : verbs,
    apiGroups: [group],
    resources: resources.split(" "),
    ...(names.length > 0 && { resourceNames: names }),
  };
}

/** A rule on paths. */
export const paths = (...urls: readonly string[]): Rule => ({ verbs: ["get"], nonResourceURLs: urls });

/** What everybody who records events needs, in both event groups. */
export const EVENTS: readonly Rule[] = [
  rule("create patch update", "", "events"),
  rule("create patch update", "events.k8s.io", "events"),
];
