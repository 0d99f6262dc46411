// What `kubectl get horizontalpodautoscalers` shows: what each metric is, of what it should be.
import { age, type Column } from "@knots/machinery";
import { count, firstOf, NONE, type Shown, text, UNKNOWN } from "../../columns.ts";
import type { CrossVersionObjectReference, MetricSpec, MetricTarget } from "./metric-spec.ts";
import type { MetricStatus, MetricValueStatus } from "./metric-status.ts";

interface Spec {
  readonly scaleTargetRef: CrossVersionObjectReference;
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly metrics?: readonly MetricSpec[];
}
interface Status {
  readonly currentReplicas?: number;
  readonly currentMetrics?: readonly MetricStatus[];
}
type View = Shown<Spec, Status>;

const percent = (value: number | undefined, otherwise: string): string =>
  value === undefined ? otherwise : `${value}%`;

/** A resource: an amount per pod, or a percentage of what was requested. */
function resourceText(name: string, target: MetricTarget, current: MetricValueStatus | undefined): string {
  const { averageValue, averageUtilization } = target;
  if (averageValue !== undefined) return `${name}: ${current?.averageValue ?? UNKNOWN}/${averageValue}`;
  return `${name}: ${percent(current?.averageUtilization, UNKNOWN)}/${percent(averageUtilization, "<auto>")}`;
}

/** Any other metric: its value, or its value per pod. */
function valueText(target: MetricTarget, current: MetricValueStatus | undefined): string {
  const { value, averageValue } = target;
  if (averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${averageValue} (avg)`;
  return `${current?.value ?? UNKNOWN}/${value ?? ""}`;
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = spec;
  if (resource) return resourceText(resource.name, resource.target, status?.resource?.current);
  if (containerResource) {
    const { name, target } = containerResource;
    return resourceText(name, target, status?.containerResource?.current);
  }
  if (pods) return `${status?.pods?.current.averageValue ?? UNKNOWN}/${pods.target.averageValue ?? ""}`;
  if (object) return valueText(object.target, status?.object?.current);
  return external ? valueText(external.target, status?.external?.current) : "<unknown type>";
}

function targetsText({ spec, status }: View): string {
  const texts = (spec.metrics ?? []).map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  return texts.length === 0 ? NONE : firstOf(texts, 2, ", ");
}

export const autoscalerColumns: readonly Column[] = [
  text("Reference", "What is scaled.", ({ spec }: View) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`),
  text("Targets", "What the metrics are, of what they should be.", targetsText),
  text("MinPods", "Fewest pods.", ({ spec }: View) => `${spec.minReplicas ?? "<unset>"}`),
  count("MaxPods", "Most pods.", ({ spec }: View) => spec.maxReplicas),
  count("Replicas", "Pods that there are.", ({ status }: View) => status?.currentReplicas),
  age(),
];
