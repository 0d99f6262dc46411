// A new job of a cron job, named for the minute it is due.
import { CronJob, Job } from "@knots/api";
import type { Write } from "@knots/client";
import { formatZoned } from "@knots/machinery";
import { controllerRefTo } from "../shared/owner.ts";

const SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** One name for one run, so that it is never made twice. */
export const jobName = ({ metadata }: CronJob, due: number): string => `${metadata.name}-${Math.floor(due / 60_000)}`;

export function newJob(cronJob: CronJob, due: number): Write {
  const { metadata, spec } = cronJob.spec?.jobTemplate ?? {};
  const scheduled = { [SCHEDULED]: formatZoned(due, cronJob.spec?.timeZone ?? "UTC") };
  const object = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(cronJob, due),
      namespace: cronJob.metadata.namespace,
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, ...scheduled },
      ownerReferences: [controllerRefTo(CronJob, cronJob)],
    },
    spec,
  };
  return { verb: "create", kind: Job, object, ignoreExisting: true };
}
