// Finished jobs that say how long they may stay: after that they are deleted, pods first.
import { Job } from "@knots/api";
import type { Plan } from "@knots/client";
import { parseTime } from "@knots/std";

/** When a finished job is to be deleted (milliseconds since the epoch); undefined when it may stay. */
export function expiryOf({ metadata, spec, status }: Job): number | undefined {
  const { ttlSecondsAfterFinished: ttl } = spec ?? {};
  const end = status?.conditions?.find(
    (each) => (each.type === "Complete" || each.type === "Failed") && each.status === "True",
  );
  if (ttl === undefined || !end?.lastTransitionTime || metadata.deletionTimestamp !== undefined) return undefined;
  return parseTime(end.lastTransitionTime) + ttl * 1000;
}

/** Deletes exactly the version that was looked at: a longer time to live that was set meanwhile counts. */
export function plan(job: Job, now: number): Plan {
  const expiry = expiryOf(job);
  if (expiry === undefined) return {};
  if (expiry > now) return { wakeAt: expiry };
  const options = { propagationPolicy: "Foreground" as const };
  return { writes: [{ verb: "delete", kind: Job, object: job, options, exact: true }] };
}
