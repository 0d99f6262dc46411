// Rules of a whole job: the selector that the server makes, and what may not change while it runs.
import {
  type Check,
  type FieldError,
  type FieldPath,
  invalid,
  type LabelSelector,
  type ObjectMeta,
  required,
  SelectorError,
  selectorFromObject,
} from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { checkUnchanged } from "../../checks.ts";
import type { PodTemplateSpec } from "../../core/v1/pod-template.ts";
import type { JobSpecView } from "./job-checks.ts";

interface JobView {
  readonly metadata?: ObjectMeta;
  readonly spec?: JobSpecView & { readonly suspend?: boolean; readonly selector?: LabelSelector };
  readonly status?: { readonly startTime?: string };
}

function* checkLabel(
  path: FieldPath,
  labels: Readonly<Record<string, string>>,
  key: string,
  wanted: string,
): Iterable<FieldError> {
  const given = labels[key];
  if (given === undefined) yield required(path.key(key), `must be '${wanted}'`);
  else if (given !== wanted) yield invalid(path.key(key), given, `must be '${wanted}'`);
}

function matches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean | undefined {
  try {
    return selectorFromObject(selector).matches(labels);
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

/** The template carries the labels that the server gave it, and the selector selects them. */
export const generatedLabels: Check<JobView> = function* ({ metadata = {}, spec = {} }, { path }) {
  const { selector, template, manualSelector } = spec;
  const at = path.child("spec");
  if (!selector) {
    yield required(at.child("selector"));
    return;
  }
  const labels = template?.metadata?.labels ?? {};
  const place = at.child("template", "metadata", "labels");
  const { name = "", uid = "" } = metadata;
  if (manualSelector !== true) {
    const wanted = { "controller-uid": uid, "job-name": name };
    for (const [key, value] of Object.entries(wanted)) yield* checkLabel(place, labels, key, value);
    const made = { ...wanted, "batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name };
    if (!matches(selector, made)) yield invalid(at.child("selector"), selector, "`selector` not auto-generated");
  }
  if (matches(selector, labels) === false) {
    yield invalid(place, labels, "`selector` does not match template `labels`");
  }
};

/** What scheduling looks at may still change while a job waits suspended and has never run. */
function frozenTemplate(template: PodTemplateSpec | undefined, waiting: boolean): unknown {
  if (!template || !waiting) return template;
  const { nodeSelector: _n, affinity: _a, tolerations: _t, schedulingGates: _g, ...spec } = template.spec;
  const { labels: _l, annotations: _o, ...metadata } = template.metadata ?? {};
  return { ...template, metadata, spec };
}

function* checkCompletions(path: FieldPath, now: JobSpecView, old: JobSpecView): Iterable<FieldError> {
  if (now.completions === old.completions) return;
  const at = path.child("completions");
  if (now.completionMode !== "Indexed") yield invalid(at, now.completions ?? null, "field is immutable");
  else if (now.completions === undefined || now.completions !== now.parallelism) {
    yield invalid(at, now.completions ?? null, "can only be modified in tandem with spec.parallelism");
  }
}

const FROZEN = [
  "completionMode",
  "podFailurePolicy",
  "successPolicy",
  "backoffLimitPerIndex",
  "managedBy",
] as const satisfies readonly (keyof JobSpecView)[];

/** A job is not turned into another one. */
export const jobStays: Check<JobView> = function* (job, { path, old }) {
  if (!old?.spec || !job.spec) return;
  const at = path.child("spec");
  const [now, was] = [job.spec, old.spec];
  yield* checkCompletions(at, now, was);
  yield* checkUnchanged(at.child("selector"), now.selector, was.selector);
  const waiting = was.suspend === true && old.status?.startTime === undefined;
  if (!deepEqual(frozenTemplate(now.template, waiting), frozenTemplate(was.template, waiting))) {
    yield invalid(at.child("template"), now.template, "field is immutable");
  }
  for (const name of FROZEN) yield* checkUnchanged(at.child(name), now[name], was[name]);
};
