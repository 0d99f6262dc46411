// Which nodes a daemon set means: its template's selector and affinity, and taints that its pods bear.
import type { Node, NodeSelectorTerm, Pod } from "@knots/api";
import { isTolerated, selectorFromLabels, selectorFromObject } from "@knots/machinery";

type PodSpec = NonNullable<Pod["spec"]>;
type Toleration = NonNullable<PodSpec["tolerations"]>[number];

/** Taints that every daemon pod bears: its node's troubles are no reason to leave it. */
const BORNE: readonly (readonly [string, "NoExecute" | "NoSchedule"])[] = [
  ["not-ready", "NoExecute"],
  ["unreachable", "NoExecute"],
  ["disk-pressure", "NoSchedule"],
  ["memory-pressure", "NoSchedule"],
  ["pid-pressure", "NoSchedule"],
  ["unschedulable", "NoSchedule"],
];

/** The template's tolerations and those of every daemon pod. */
export function tolerationsOf(spec: Partial<PodSpec> | undefined): readonly Toleration[] {
  const own = spec?.tolerations ?? [];
  const all = spec?.hostNetwork ? [...BORNE, ["network-unavailable", "NoSchedule"] as const] : BORNE;
  const added = all.map(([name, effect]) => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists" as const,
    effect,
  }));
  const isGiven = (one: Toleration): boolean =>
    own.some(({ key, operator, effect, value }) => {
      return key === one.key && operator === one.operator && effect === one.effect && !value;
    });
  return [...own, ...added.filter((one) => !isGiven(one))];
}

function matchesTerm({ metadata }: Node, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const fields = selectorFromObject({ matchExpressions: matchFields });
  return (
    selectorFromObject({ matchExpressions }).matches(metadata.labels) &&
    fields.matches({ "metadata.name": metadata.name })
  );
}

function isMeant(spec: Partial<PodSpec> | undefined, node: Node): boolean {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (spec?.nodeName && spec.nodeName !== node.metadata.name) return false;
  if (!selectorFromLabels(spec?.nodeSelector ?? {}).matches(node.metadata.labels)) return false;
  return required?.nodeSelectorTerms?.some((term) => matchesTerm(node, term)) ?? true;
}

/** Whether a node should get a pod, and whether it may keep the one that it has. */
export interface Eligibility {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

/** What a daemon pod of this spec is to a node. */
export function eligibility(spec: Partial<PodSpec> | undefined, node: Node): Eligibility {
  if (!isMeant(spec, node)) return { shouldRun: false, mayStay: false };
  const tolerations = tolerationsOf(spec);
  const resented = (node.spec?.taints ?? []).filter((taint) => !isTolerated(taint, tolerations));
  const barred = resented.filter(({ effect }) => effect !== "PreferNoSchedule");
  return { shouldRun: barred.length === 0, mayStay: barred.every(({ effect }) => effect !== "NoExecute") };
}
