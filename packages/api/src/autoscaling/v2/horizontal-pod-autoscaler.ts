// HorizontalPodAutoscaler: the number of pods follows what they have to do. This version is the one that is stored.
import {
  atomicList,
  dns1123Subdomain,
  field,
  int32,
  int64,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { conditionHead } from "../../core/v1/common.ts";
import { scalesSomething } from "./autoscaler-checks.ts";
import { autoscalerColumns } from "./autoscaler-columns.ts";
import { CrossVersionObjectReference, MetricSpec } from "./metric-spec.ts";
import { MetricStatus } from "./metric-status.ts";
import { HorizontalPodAutoscalerBehavior } from "./scaling-rules.ts";

const CPU_AT_80 = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
];

const autoscalerSpec = object("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec", {
  scaleTargetRef: field(1, CrossVersionObjectReference, "What is scaled.", { required: true, always: true }),
  minReplicas: field(2, int32(), "Fewest pods.", { pointer: true, default: 1 }),
  maxReplicas: field(3, int32(), "Most pods.", { required: true, always: true }),
  metrics: field(4, atomicList(MetricSpec), "What is scaled by; the one that asks for most pods decides.", {
    default: CPU_AT_80,
  }),
  behavior: field(5, HorizontalPodAutoscalerBehavior, "How fast the number of pods changes.", { pointer: true }),
});
/** What an autoscaler should do. */
export interface HorizontalPodAutoscalerSpec extends TypeOf<typeof autoscalerSpec> {}
export const HorizontalPodAutoscalerSpec: ObjectSchema<HorizontalPodAutoscalerSpec> =
  autoscalerSpec.check(scalesSomething);

const autoscalerCondition = object("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition", {
  ...conditionHead,
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of an autoscaler's state. */
export interface HorizontalPodAutoscalerCondition extends TypeOf<typeof autoscalerCondition> {}
export const HorizontalPodAutoscalerCondition: ObjectSchema<HorizontalPodAutoscalerCondition> = autoscalerCondition;

const autoscalerStatus = object("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus", {
  observedGeneration: field(1, int64(), "Generation that the status was computed from.", { pointer: true }),
  lastScaleTime: field(2, time(), "When the number of pods was last changed.", { pointer: true }),
  currentReplicas: field(3, int32({ min: 0 }), "Pods that there are."),
  desiredReplicas: field(4, int32({ min: 0 }), "Pods that there should be.", { required: true, always: true }),
  currentMetrics: field(5, atomicList(MetricStatus), "The metrics as last seen."),
  conditions: field(6, listOf(HorizontalPodAutoscalerCondition, "type"), "Aspects of its state."),
});
/** State of an autoscaler. */
export interface HorizontalPodAutoscalerStatus extends TypeOf<typeof autoscalerStatus> {}
export const HorizontalPodAutoscalerStatus: ObjectSchema<HorizontalPodAutoscalerStatus> = autoscalerStatus;

/** The number of pods follows what they have to do. */
export const HorizontalPodAutoscaler = kind({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  scope: "Namespaced",
  shortNames: ["hpa"],
  categories: ["all"],
  doc: "The number of pods follows what they have to do.",
  definition: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
  fields: {
    spec: field(2, HorizontalPodAutoscalerSpec, "What the autoscaler should do.", {
      required: true,
      always: true,
      default: {},
    }),
    status: field(3, HorizontalPodAutoscalerStatus, "State of the autoscaler, written by its controller.", {
      always: true,
    }),
  },
  storagePath: "horizontalpodautoscalers",
  columns: autoscalerColumns,
  generation: false,
  checkName: dns1123Subdomain,
});
export interface HorizontalPodAutoscaler extends ObjectOf<typeof HorizontalPodAutoscaler> {}
