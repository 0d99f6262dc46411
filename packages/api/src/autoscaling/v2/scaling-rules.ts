// How fast an autoscaler may change the number of pods, and what it does when told nothing.
import { atomicList, field, int32, type ObjectSchema, object, quantity, string, type TypeOf } from "@knots/machinery";
import { boundedPolicy, boundedRules } from "./autoscaler-checks.ts";

const scalingPolicy = object("io.k8s.api.autoscaling.v2.HPAScalingPolicy", {
  type: field(1, string({ enum: ["Pods", "Percent"] }), "Whether the value is pods or a percentage of them.", {
    required: true,
  }),
  value: field(2, int32(), "Largest change within the period.", { required: true, always: true }),
  periodSeconds: field(3, int32(), "Length of the period.", { required: true, always: true }),
});
/** The largest change within some time. */
export interface HPAScalingPolicy extends TypeOf<typeof scalingPolicy> {}
export const HPAScalingPolicy: ObjectSchema<HPAScalingPolicy> = scalingPolicy.check(boundedPolicy);

const scalingRules = object("io.k8s.api.autoscaling.v2.HPAScalingRules", {
  stabilizationWindowSeconds: field(3, int32(), "Seconds of past wishes that are looked back at.", { pointer: true }),
  selectPolicy: field(
    1,
    string({ enum: ["Max", "Min", "Disabled"] }),
    "Which of several policies counts; Disabled forbids this direction.",
    { pointer: true },
  ),
  policies: field(2, atomicList(HPAScalingPolicy), "Largest changes within some time."),
  tolerance: field(4, quantity(), "How far a metric may be off before anything changes.", { pointer: true }),
});
/** How fast the number of pods changes in one direction. */
export interface HPAScalingRules extends TypeOf<typeof scalingRules> {}
export const HPAScalingRules: ObjectSchema<HPAScalingRules> = scalingRules.check(boundedRules);

const UP: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
};
const DOWN: HPAScalingRules = { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] };

/** Once anything is said of behavior, the rest of it is spelled out. */
function spelledOut(rules: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules {
  const missing = Object.entries(defaults).filter(([name]) => rules?.[name as keyof HPAScalingRules] === undefined);
  return rules && missing.length === 0 ? rules : { ...rules, ...Object.fromEntries(missing) };
}

const behavior = object("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior", {
  scaleUp: field(1, HPAScalingRules, "How fast pods may be added.", { pointer: true }),
  scaleDown: field(2, HPAScalingRules, "How fast pods may be taken away.", { pointer: true }),
});
/** How fast the number of pods changes. */
export interface HorizontalPodAutoscalerBehavior extends TypeOf<typeof behavior> {}
export const HorizontalPodAutoscalerBehavior: ObjectSchema<HorizontalPodAutoscalerBehavior> = behavior.completed(
  (value) => {
    const [scaleUp, scaleDown] = [spelledOut(value.scaleUp, UP), spelledOut(value.scaleDown, DOWN)];
    return scaleUp === value.scaleUp && scaleDown === value.scaleDown ? value : { ...value, scaleUp, scaleDown };
  },
);
