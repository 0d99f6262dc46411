// What people see of a decision: the events Scheduled and FailedScheduling, and the condition PodScheduled.
import { Pod } from "@knots/api";
import { conditionOf, isApiError } from "@knots/machinery";
import { formatTime } from "@knots/std";
import type { PodInfo } from "../snapshot/pod-info.ts";
import type { SchedulerOptions } from "./options.ts";

type Reporter = Pick<SchedulerOptions, "client" | "clock" | "log" | "recorder"> & { readonly name: string };

export function reportPlaced({ recorder, name }: Reporter, { pod, namespace }: PodInfo, node: string): void {
  const message = `Successfully assigned ${namespace}/${pod.metadata.name} to ${node}`;
  recorder.record(name, { regarding: pod, type: "Normal", reason: "Scheduled", message });
}

/** Records why a pod has no node; the condition is written only when it says something new. */
export async function reportUnplaced(
  reporter: Reporter,
  { pod }: PodInfo,
  reason: string,
  message: string,
): Promise<void> {
  const { recorder, client, clock, log, name } = reporter;
  recorder.record(name, { regarding: pod, type: "Warning", reason: "FailedScheduling", message });
  const old = conditionOf(pod.status?.conditions, "PodScheduled");
  if (old?.status === "False" && old.reason === reason && old.message === message) return;
  const lastTransitionTime =
    old?.status === "False" && old.lastTransitionTime ? old.lastTransitionTime : formatTime(clock.now());
  const condition = { type: "PodScheduled", status: "False", reason, message, lastProbeTime: null, lastTransitionTime };
  const type = "application/strategic-merge-patch+json";
  const body = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } };
  try {
    await client.patch(Pod, pod.metadata, { type, body }, { subresource: "status" });
  } catch (error) {
    if (!isApiError(error, "NotFound", "Conflict"))
      log.warn("condition PodScheduled was not written", { pod: pod.metadata.name, error });
  }
}
