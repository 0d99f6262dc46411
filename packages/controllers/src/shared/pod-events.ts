// What a controller tells about the pods that it made and removed.
import type { PlannedEvent, WriteOutcome } from "@knots/client";
import type { KubeObject } from "@knots/machinery";

/** The event of one outcome, told of the owner; undefined for writes that neither create nor delete. */
export function podEvent(owner: KubeObject, { write, object, error }: WriteOutcome): PlannedEvent | undefined {
  if (write.verb !== "create" && write.verb !== "delete") return undefined;
  const [suffix, done, doing] =
    write.verb === "create" ? ["Create", "Created", "creating"] : ["Delete", "Deleted", "deleting"];
  if (error) {
    return {
      regarding: owner,
      type: "Warning",
      reason: `Failed${suffix}`,
      message: `Error ${doing}: ${error.message}`,
    };
  }
  const name = object?.metadata.name ?? write.object.metadata.name;
  return { regarding: owner, type: "Normal", reason: `Successful${suffix}`, message: `${done} pod: ${name}` };
}
