// What a stateful set tells about the pods and claims that it made and removed.
import { PersistentVolumeClaim, Pod, type StatefulSet } from "@knots/api";
import type { PlannedEvent, WriteOutcome } from "@knots/client";

function subjectOf(set: StatefulSet, { write }: WriteOutcome): string {
  const { name = "" } = write.object.metadata;
  if (write.kind === Pod) return `Pod ${name}`;
  const podAt = name.lastIndexOf(`-${set.metadata.name}-`) + 1;
  return `Claim ${name} Pod ${name.slice(podAt)}`;
}

/** The event of one outcome; undefined for writes that are no news. */
export function eventOf(set: StatefulSet, outcome: WriteOutcome): PlannedEvent | undefined {
  const { write, error } = outcome;
  const told = write.kind === Pod || write.kind === PersistentVolumeClaim;
  if (!told || (write.verb !== "create" && write.verb !== "delete")) return undefined;
  const what = `${write.verb} ${subjectOf(set, outcome)} in StatefulSet ${set.metadata.name}`;
  const suffix = write.verb === "create" ? "Create" : "Delete";
  if (error) {
    return {
      regarding: set,
      type: "Warning",
      reason: `Failed${suffix}`,
      message: `${what} failed error: ${error.message}`,
    };
  }
  const end = write.kind === Pod ? "successful" : "success";
  return { regarding: set, type: "Normal", reason: `Successful${suffix}`, message: `${what} ${end}` };
}
