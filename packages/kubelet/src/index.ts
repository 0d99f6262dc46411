// Public names of @knots/kubelet.
export { planPod } from "./pods/plan.ts";
export { podStatus } from "./pods/status.ts";
export type { PodMemory, PodView } from "./pods/view.ts";
