// Autoscalers between their first version and the hub. What the first version has no field for stands in annotations.
import {
  ApiError,
  decodeObject,
  failure,
  isObject,
  type Json,
  type JsonObject,
  type ObjectMeta,
  type Versioned,
} from "@knots/machinery";
import type { HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus } from "../v2/horizontal-pod-autoscaler.ts";
import { HorizontalPodAutoscaler } from "../v2/horizontal-pod-autoscaler.ts";
import {
  behaviorFromText,
  behaviorToText,
  metricFromText,
  metricToText,
  statusFromText,
  statusToText,
} from "./annotated.ts";
import type { HorizontalPodAutoscalerSpecV1, HorizontalPodAutoscalerStatusV1 } from "./autoscaler-fields.ts";

const PREFIX = "autoscaling.alpha.kubernetes.io/";
const METRICS = `${PREFIX}metrics`;
const CURRENT = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;
const OURS = [METRICS, CURRENT, CONDITIONS, BEHAVIOR];

type Hub = Versioned<{ readonly spec: HorizontalPodAutoscalerSpec; readonly status?: HorizontalPodAutoscalerStatus }>;
type First = Versioned<{
  readonly spec: HorizontalPodAutoscalerSpecV1;
  readonly status?: HorizontalPodAutoscalerStatusV1;
}>;

interface CpuMetric {
  readonly resource?: { readonly name: string };
}
const isCpu = ({ resource }: CpuMetric): boolean => resource?.name === "cpu";

/** The metric that the first version has a field for. */
const cpuTarget = ({ metrics = [] }: HorizontalPodAutoscalerSpec): number | undefined =>
  metrics.find((metric) => isCpu(metric) && metric.resource?.target.averageUtilization !== undefined)?.resource?.target
    .averageUtilization;

const present = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const json = (items: readonly unknown[] | undefined): string | undefined =>
  items === undefined || items.length === 0 ? undefined : JSON.stringify(items);

function annotated(metadata: ObjectMeta, texts: Readonly<Record<string, string | undefined>>): ObjectMeta {
  const kept = Object.entries(metadata.annotations ?? {}).filter(([key]) => !OURS.includes(key));
  const annotations = Object.fromEntries([...kept, ...Object.entries(present(texts))]);
  const { annotations: _old, ...rest } = metadata;
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
}

/** The hub's object as the first version shows it. */
export function fromHub(hub: Hub): First {
  const { spec, status, metadata, ...rest } = hub;
  const { scaleTargetRef, minReplicas, maxReplicas, metrics = [], behavior } = spec;
  const { observedGeneration, lastScaleTime, currentReplicas = 0, desiredReplicas = 0 } = status ?? {};
  const others = metrics.filter((metric) => !isCpu(metric) || metric.resource?.target.averageUtilization === undefined);
  const current = (status?.currentMetrics ?? []).find(isCpu)?.resource?.current.averageUtilization;
  const shown = {
    ...rest,
    metadata: annotated(metadata, {
      [METRICS]: json(others.map(metricToText)),
      [CURRENT]: json(status?.currentMetrics?.map(statusToText)),
      [CONDITIONS]: json(status?.conditions),
      [BEHAVIOR]: behavior && JSON.stringify(behaviorToText(behavior)),
    }),
    spec: present({ scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: cpuTarget(spec) }),
    status: present({
      observedGeneration,
      lastScaleTime,
      currentReplicas,
      desiredReplicas,
      currentCPUUtilizationPercentage: current,
    }),
  };
  return shown as unknown as First;
}

function read({ annotations }: ObjectMeta, key: string): Json | undefined {
  const text = annotations?.[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new ApiError(failure(400, "BadRequest", `annotation ${key} holds no JSON`));
  }
}

const list = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function metricsOf({ metadata, spec }: First): readonly JsonObject[] | undefined {
  const others = list(read(metadata, METRICS)).map(metricFromText);
  const { targetCPUUtilizationPercentage: averageUtilization } = spec;
  const target = averageUtilization !== undefined && { type: "Utilization", averageUtilization };
  const all = [...(target ? [{ type: "Resource", resource: { name: "cpu", target } }] : []), ...others];
  return all.length === 0 ? undefined : all;
}

/** The status in the hub's form: the annotations know more than the fields. */
function statusOf({ metadata, status }: First): object {
  const { currentCPUUtilizationPercentage: averageUtilization, ...same } = status ?? {};
  const told = list(read(metadata, CURRENT)).map(statusFromText);
  const cpu = { type: "Resource", resource: { name: "cpu", current: { averageUtilization } } };
  const currentMetrics = told.length === 0 && averageUtilization !== undefined ? [cpu] : told;
  const conditions = list(read(metadata, CONDITIONS));
  return present({
    ...same,
    currentMetrics: currentMetrics.length === 0 ? undefined : currentMetrics,
    conditions: conditions.length === 0 ? undefined : conditions,
  });
}

/** An object of the first version as the hub keeps it. Annotations may be anybody's: what they hold is checked like a body. */
export function toHub(first: First): Hub {
  const { metadata, spec, ...rest } = first;
  const { targetCPUUtilizationPercentage: _cpu, ...same } = spec;
  const behavior = read(metadata, BEHAVIOR);
  const hub = {
    ...rest,
    metadata: annotated(metadata, {}),
    spec: present({
      ...same,
      metrics: metricsOf(first),
      behavior: isObject(behavior) ? behaviorFromText(behavior) : undefined,
    }),
    status: statusOf(first),
  };
  return decodeObject(HorizontalPodAutoscaler.schema, hub as unknown as Json) as unknown as Hub;
}
