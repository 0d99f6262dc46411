// CronJob: jobs that are made by the clock.
import {
  atomicList,
  boolean,
  field,
  int32,
  int64,
  kind,
  ObjectMeta,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { ObjectReference } from "../../core/v1/reference.ts";
import { cronJobName, scheduleReadable } from "./cron-job-checks.ts";
import { cronJobColumns } from "./cron-job-columns.ts";
import { TemplateJobSpec } from "./job-spec.ts";

const jobTemplateSpec = object("io.k8s.api.batch.v1.JobTemplateSpec", {
  metadata: field(1, ObjectMeta, "Labels and annotations of new jobs.", { always: true }),
  spec: field(2, TemplateJobSpec, "What new jobs should be.", {
    required: true,
    undeclared: true,
    always: true,
    default: {},
  }),
});
/** What a new job looks like. */
export interface JobTemplateSpec extends TypeOf<typeof jobTemplateSpec> {}
export const JobTemplateSpec: ObjectSchema<JobTemplateSpec> = jobTemplateSpec;

const kept = int32({ min: 0 });
const cronJobSpec = object("io.k8s.api.batch.v1.CronJobSpec", {
  schedule: field(1, string(), "When jobs are made, in the five fields of cron.", { required: true }),
  timeZone: field(8, string(), "Time zone of the schedule; that of the controller when absent.", { pointer: true }),
  startingDeadlineSeconds: field(2, int64({ min: 0 }), "Seconds a job may be late before it is left out.", {
    pointer: true,
  }),
  concurrencyPolicy: field(
    3,
    string({ enum: ["Allow", "Forbid", "Replace"] }),
    "What happens when the job before still runs.",
    { default: "Allow" },
  ),
  suspend: field(4, boolean(), "Whether no jobs are made for now.", { pointer: true, default: false }),
  jobTemplate: field(5, JobTemplateSpec, "What its jobs look like.", { required: true, always: true, default: {} }),
  successfulJobsHistoryLimit: field(6, kept, "How many jobs that succeeded are kept.", { pointer: true, default: 3 }),
  failedJobsHistoryLimit: field(7, kept, "How many jobs that failed are kept.", { pointer: true, default: 1 }),
});
/** What a cron job should be. */
export interface CronJobSpec extends TypeOf<typeof cronJobSpec> {}
export const CronJobSpec: ObjectSchema<CronJobSpec> = cronJobSpec.check(scheduleReadable);

const cronJobStatus = object("io.k8s.api.batch.v1.CronJobStatus", {
  active: field(1, atomicList(ObjectReference), "Jobs that run now."),
  lastScheduleTime: field(4, time(), "When a job was last due and made.", { pointer: true }),
  lastSuccessfulTime: field(5, time(), "When a job last succeeded.", { pointer: true }),
});
/** State of a cron job. */
export interface CronJobStatus extends TypeOf<typeof cronJobStatus> {}
export const CronJobStatus: ObjectSchema<CronJobStatus> = cronJobStatus;

/** Jobs that are made by the clock. */
export const CronJob = kind({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  scope: "Namespaced",
  shortNames: ["cj"],
  categories: ["all"],
  doc: "Jobs that are made by the clock.",
  definition: "io.k8s.api.batch.v1.CronJob",
  fields: {
    spec: field(2, CronJobSpec, "What the cron job should be.", { required: true, always: true, default: {} }),
    status: field(3, CronJobStatus, "State of the cron job, written by its controller.", { always: true }),
  },
  storagePath: "cronjobs",
  columns: cronJobColumns,
  checkName: cronJobName,
});
export interface CronJob extends ObjectOf<typeof CronJob> {}
