// Events about pods, as people read them in `kubectl describe`.
import type { Pod } from "@knots/api";
import type { EventRecorder } from "@knots/client";

/** Records one event; never waits and never fails. */
export type PodEvents = (pod: Pod, type: "Normal" | "Warning", reason: string, message: string) => void;

/** Events in the name of the kubelet. */
export function podEvents(recorder: EventRecorder): PodEvents {
  return (regarding, type, reason, message) => recorder.record("kubelet", { regarding, type, reason, message });
}
