// Defaults of a whole job; jobs inside a CronJob get theirs when they are made.
import type { ObjectMeta } from "@knots/machinery";
import { labelledLikePods } from "../../core/v1/replication-controller.ts";
import type { JobSpec } from "./job-spec.ts";

const FORGIVEN = 6;
const UNLIMITED = 2_147_483_647;

/** A job runs one pod at a time until one has succeeded, forgives six failures, and replaces pods as soon as they end. */
export function completeJob<T extends { readonly metadata?: ObjectMeta; readonly spec: JobSpec }>(job: T): T {
  const { spec } = job;
  const { parallelism, completions, backoffLimitPerIndex, podFailurePolicy } = spec;
  const defaults: Partial<JobSpec> = {
    ...(completions === undefined && parallelism === undefined && { completions: 1 }),
    parallelism: 1,
    backoffLimit: backoffLimitPerIndex === undefined ? FORGIVEN : UNLIMITED,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
  };
  const missing = Object.entries(defaults).filter(([name]) => spec[name as keyof JobSpec] === undefined);
  const filled = missing.length === 0 ? job : { ...job, spec: { ...spec, ...Object.fromEntries(missing) } };
  return labelledLikePods(filled);
}
