// HorizontalPodAutoscaler in its first version: scales by CPU; the rest of the hub travels in annotations.
import { field, type ObjectOf, version } from "@knots/machinery";
import { HorizontalPodAutoscaler } from "../v2/horizontal-pod-autoscaler.ts";
import { fromHub, toHub } from "./autoscaler-conversion.ts";
import { HorizontalPodAutoscalerSpecV1, HorizontalPodAutoscalerStatusV1 } from "./autoscaler-fields.ts";

/** The number of pods follows the CPU that they use. */
export const HorizontalPodAutoscalerV1 = version(HorizontalPodAutoscaler, {
  version: "v1",
  definition: "io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler",
  fields: {
    spec: field(2, HorizontalPodAutoscalerSpecV1, "What the autoscaler should do.", {
      required: true,
      always: true,
      default: {},
    }),
    status: field(3, HorizontalPodAutoscalerStatusV1, "State of the autoscaler, written by its controller.", {
      always: true,
    }),
  },
  toHub,
  fromHub,
});
export interface HorizontalPodAutoscalerV1 extends ObjectOf<typeof HorizontalPodAutoscalerV1> {}
