// Job: pods that run until enough of them have succeeded.
import {
  array,
  dns1123Subdomain,
  field,
  int32,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  setOf,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import type { Shown } from "../../columns.ts";
import { conditionHead } from "../../core/v1/common.ts";
import { jobColumns } from "./job-columns.ts";
import { completeJob } from "./job-defaults.ts";
import { JobSpec } from "./job-spec.ts";
import { generatedLabels, jobStays } from "./job-update-checks.ts";

const jobCondition = object("io.k8s.api.batch.v1.JobCondition", {
  ...conditionHead,
  lastProbeTime: field(3, time(), "When the condition was last looked at."),
  lastTransitionTime: field(4, time(), "When the status last changed."),
  reason: field(5, string(), "One CamelCase word that says why."),
  message: field(6, string(), "Details for people."),
});
/** One aspect of a job's state. */
export interface JobCondition extends TypeOf<typeof jobCondition> {}
export const JobCondition: ObjectSchema<JobCondition> = jobCondition;

const uncounted = object("io.k8s.api.batch.v1.UncountedTerminatedPods", {
  succeeded: field(1, setOf(string()), "UIDs of pods that succeeded."),
  failed: field(2, setOf(string()), "UIDs of pods that failed."),
});
/** Pods that have ended and are in no count yet. */
export interface UncountedTerminatedPods extends TypeOf<typeof uncounted> {}
export const UncountedTerminatedPods: ObjectSchema<UncountedTerminatedPods> = uncounted;

const counted = int32({ min: 0 });
const jobStatus = object("io.k8s.api.batch.v1.JobStatus", {
  conditions: field(
    1,
    array(JobCondition, { list: "atomic", patch: "merge", mergeKey: "type" }),
    "Aspects of its state.",
  ),
  startTime: field(2, time(), "When the controller began to work on it.", { pointer: true }),
  completionTime: field(3, time(), "When it succeeded.", { pointer: true }),
  active: field(4, counted, "Pods that run or wait."),
  succeeded: field(5, counted, "Pods that succeeded."),
  failed: field(6, counted, "Pods that failed."),
  terminating: field(11, counted, "Pods that are shutting down.", { pointer: true }),
  completedIndexes: field(7, string(), "Indexes that succeeded, such as 1,3-5."),
  failedIndexes: field(10, string(), "Indexes that failed, such as 1,3-5.", { pointer: true }),
  uncountedTerminatedPods: field(8, UncountedTerminatedPods, "Pods that ended and are in no count yet.", {
    pointer: true,
  }),
  ready: field(9, counted, "Pods that are ready.", { pointer: true }),
});
/** State of a job. */
export interface JobStatus extends TypeOf<typeof jobStatus> {}
export const JobStatus: ObjectSchema<JobStatus> = jobStatus;

/** Pods that run until enough of them have succeeded. */
export const Job = kind({
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  scope: "Namespaced",
  categories: ["all"],
  doc: "Pods that run until enough of them have succeeded.",
  definition: "io.k8s.api.batch.v1.Job",
  fields: {
    spec: field(2, JobSpec, "What the job should be.", { required: true, undeclared: true, always: true, default: {} }),
    status: field(3, JobStatus, "State of the job, written by its controller.", { always: true }),
  },
  storagePath: "jobs",
  columns: jobColumns,
  selectable: { "status.successful": ({ status }: Shown<unknown, JobStatus>) => `${status?.succeeded ?? 0}` },
  complete: completeJob,
  checks: [generatedLabels, jobStays],
  checkName: dns1123Subdomain,
});
export interface Job extends ObjectOf<typeof Job> {}
