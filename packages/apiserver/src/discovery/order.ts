// The order of groups and versions in discovery: the first version of a group is the preferred one.

const GROUPS = [
  "",
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "resource.k8s.io",
  "flowcontrol.apiserver.k8s.io",
];

const rank = (group: string): number => {
  const at = GROUPS.indexOf(group);
  return at < 0 ? GROUPS.length : at;
};
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Built-in groups first, in a fixed order; others by name. */
export const compareGroups = (a: string, b: string): number => rank(a) - rank(b) || byText(a, b);

function parsed(
  version: string,
): { readonly stage: number; readonly major: number; readonly minor: number } | undefined {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return undefined;
  const stage = match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0;
  return { stage, major: Number(match[1]), minor: Number(match[3] ?? 0) };
}

/** Stable before beta before alpha, newer before older, anything else last by name. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parsed(a), parsed(b)];
  if (!left || !right) return left ? -1 : right ? 1 : byText(a, b);
  return right.stage - left.stage || right.major - left.major || right.minor - left.minor;
}
