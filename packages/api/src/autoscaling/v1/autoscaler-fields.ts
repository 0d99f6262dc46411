// What the first version of HorizontalPodAutoscaler has fields for.
import { field, int32, int64, type ObjectSchema, object, string, type TypeOf, time } from "@knots/machinery";

const reference = object(
  "io.k8s.api.autoscaling.v1.CrossVersionObjectReference",
  {
    kind: field(1, string(), "Kind of the object.", { required: true }),
    name: field(2, string(), "Name of the object.", { required: true }),
    apiVersion: field(3, string(), "Group and version of the object."),
  },
  { map: "atomic" },
);

const spec = object("io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec", {
  scaleTargetRef: field(1, reference, "What is scaled.", { required: true, always: true }),
  minReplicas: field(2, int32(), "Fewest pods.", { pointer: true, default: 1 }),
  maxReplicas: field(3, int32(), "Most pods.", { required: true, always: true }),
  targetCPUUtilizationPercentage: field(4, int32(), "Percentage of the requested CPU to aim for.", { pointer: true }),
});
/** What an autoscaler should do, as far as the first version can tell. */
export interface HorizontalPodAutoscalerSpecV1 extends TypeOf<typeof spec> {}
export const HorizontalPodAutoscalerSpecV1: ObjectSchema<HorizontalPodAutoscalerSpecV1> = spec;

const status = object("io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus", {
  observedGeneration: field(1, int64(), "Generation that the status was computed from.", { pointer: true }),
  lastScaleTime: field(2, time(), "When the number of pods was last changed.", { pointer: true }),
  currentReplicas: field(3, int32(), "Pods that there are.", { required: true, always: true }),
  desiredReplicas: field(4, int32(), "Pods that there should be.", { required: true, always: true }),
  currentCPUUtilizationPercentage: field(5, int32(), "Percentage of the requested CPU now.", { pointer: true }),
});
/** State of an autoscaler, as far as the first version can tell. */
export interface HorizontalPodAutoscalerStatusV1 extends TypeOf<typeof status> {}
export const HorizontalPodAutoscalerStatusV1: ObjectSchema<HorizontalPodAutoscalerStatusV1> = status;
