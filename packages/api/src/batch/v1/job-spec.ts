// What a job should be: how many pods must succeed, how many run at once, when it has failed.
import {
  boolean,
  field,
  int32,
  int64,
  LabelSelector,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { PodTemplateSpec } from "../../core/v1/pod-template.ts";
import { completionsFit, failurePolicyFits, managedByPath, selectorIsGenerated, templateEnds } from "./job-checks.ts";
import { PodFailurePolicy, SuccessPolicy } from "./pod-failure-policy.ts";

const count = int32({ min: 0 });
const pointer = { pointer: true } as const;

const jobSpec = object("io.k8s.api.batch.v1.JobSpec", {
  parallelism: field(1, count, "How many pods run at once at most.", pointer),
  completions: field(2, count, "How many pods must succeed.", pointer),
  activeDeadlineSeconds: field(3, int64({ min: 0 }), "Seconds after which a running job has failed.", pointer),
  podFailurePolicy: field(11, PodFailurePolicy, "Which failures of pods count.", pointer),
  successPolicy: field(16, SuccessPolicy, "When it has succeeded before all indexes have.", pointer),
  backoffLimit: field(7, count, "How many failures of pods are forgiven.", pointer),
  backoffLimitPerIndex: field(12, count, "How many failures are forgiven to each index.", pointer),
  maxFailedIndexes: field(13, count, "How many indexes may fail before the job does.", pointer),
  selector: field(4, LabelSelector, "Which pods belong to it; made by the server.", pointer),
  manualSelector: field(5, boolean(), "Whether the selector was written by hand.", pointer),
  template: field(6, PodTemplateSpec, "What its pods look like.", { required: true, always: true }),
  ttlSecondsAfterFinished: field(8, count, "Seconds after which a finished job is deleted.", pointer),
  completionMode: field(
    9,
    string({ enum: ["NonIndexed", "Indexed"] }),
    "Whether pods are alike, or each has an index of its own.",
    pointer,
  ),
  suspend: field(10, boolean(), "Whether it has no pods for now.", pointer),
  podReplacementPolicy: field(
    14,
    string(),
    "Whether a pod is replaced when it fails, or already when it ends.",
    pointer,
  ),
  managedBy: field(15, string(), "Controller that works on it, when not the built-in one.", pointer),
});
/** What a job should be. */
export interface JobSpec extends TypeOf<typeof jobSpec> {}
const ruled = jobSpec.check(completionsFit, failurePolicyFits, templateEnds, managedByPath);
export const JobSpec: ObjectSchema<JobSpec> = ruled;
/** A job's spec within a template of jobs: its selector is always made by the server. */
export const TemplateJobSpec: ObjectSchema<JobSpec> = ruled.check(selectorIsGenerated);
