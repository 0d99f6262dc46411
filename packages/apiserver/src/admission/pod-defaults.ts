// DefaultTolerationSeconds and Priority: what pods get when they say nothing.
import { forbiddenWrite } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { AdmissionPlugin, Attributes } from "./admission.ts";

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly effect?: string;
}
interface Spec {
  readonly tolerations?: readonly Toleration[];
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly preemptionPolicy?: string;
}

const isPod = ({ kind, subresource, operation }: Attributes): boolean =>
  operation === "CREATE" && kind.group === "" && kind.plural === "pods" && subresource === undefined;
const specOf = (pod: AnyObject): Spec => pod.spec ?? {};

const FAILING_NODE = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
/** How long pods stay on a failing node (seconds). */
const STAY = 300;

const tolerates = ({ key, effect }: Toleration, taint: string): boolean =>
  (!key || key === taint) && (!effect || effect === "NoExecute");

/** Pods stay five minutes on a node that fails, unless they say otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  mutate(attributes, pod) {
    if (!isPod(attributes)) return pod;
    const { tolerations = [] } = specOf(pod);
    const missing = FAILING_NODE.filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)));
    if (missing.length === 0) return pod;
    const added = missing.map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: STAY }));
    return { ...pod, spec: { ...specOf(pod), tolerations: [...tolerations, ...added] } };
  },
};

/** A PriorityClass. */
export interface PriorityClass {
  readonly metadata: { readonly name?: string };
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const BUILT_IN: readonly PriorityClass[] = [
  { metadata: { name: "system-node-critical" }, value: 2_000_001_000 },
  { metadata: { name: "system-cluster-critical" }, value: 2_000_000_000 },
];

function classOf(attributes: Attributes, spec: Spec, classes: readonly PriorityClass[]): PriorityClass {
  const { priorityClassName: wanted } = spec;
  if (!wanted) {
    const defaults = classes.filter(({ globalDefault }) => globalDefault);
    const [lowest] = defaults.toSorted((a, b) => a.value - b.value);
    return lowest ?? { metadata: {}, value: 0 };
  }
  const found = [...classes, ...BUILT_IN].find(({ metadata }) => metadata.name === wanted);
  if (!found) {
    throw forbiddenWrite(attributes.kind, attributes.name, `no PriorityClass with name ${wanted} was found`);
  }
  return found;
}

/** One class at most is for pods that name none. */
function checkOneDefault(attributes: Attributes, classes: readonly PriorityClass[]): void {
  const { kind, object, operation, name } = attributes;
  if (kind.group !== "scheduling.k8s.io" || kind.plural !== "priorityclasses" || operation === "DELETE") return;
  if ((object as PriorityClass | undefined)?.globalDefault !== true) return;
  const other = classes.find(({ globalDefault, metadata }) => globalDefault && metadata.name !== name);
  if (!other) return;
  const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
  throw forbiddenWrite(kind, name, why);
}

/** Sets the priority of pods from their class. `classes` reads the cached PriorityClasses. */
export function priority(classes: () => readonly PriorityClass[]): AdmissionPlugin {
  return {
    name: "Priority",
    validate: (attributes) => checkOneDefault(attributes, classes()),
    mutate(attributes, pod) {
      if (!isPod(attributes)) return pod;
      const spec = specOf(pod);
      const found = classOf(attributes, spec, classes());
      if (spec.priority !== undefined && spec.priority !== found.value) {
        const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${found.value} from the given PriorityClass name`;
        throw forbiddenWrite(attributes.kind, attributes.name, why);
      }
      const { name } = found.metadata;
      const preemptionPolicy = spec.preemptionPolicy ?? found.preemptionPolicy ?? "PreemptLowerPriority";
      const named = name === undefined ? {} : { priorityClassName: name };
      return { ...pod, spec: { ...spec, ...named, priority: found.value, preemptionPolicy } };
    },
  };
}
