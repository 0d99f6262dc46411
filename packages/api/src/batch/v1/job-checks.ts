// Rules of what a job should be: completions and indexes, failure policy, pods that end.
import {
  type Check,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  pathSegmentName,
  required,
  tooLong,
} from "@knots/machinery";
import type { PodTemplateSpec } from "../../core/v1/pod-template.ts";

interface ExitCodes {
  readonly containerName?: string;
}
interface FailureRule {
  readonly action: string;
  readonly onExitCodes?: ExitCodes;
}
/** What the rules look at. */
export interface JobSpecView {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly completionMode?: string;
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] };
  readonly successPolicy?: {
    readonly rules?: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[];
  };
  readonly podReplacementPolicy?: string;
  readonly template?: PodTemplateSpec;
  readonly managedBy?: string;
  readonly selector?: unknown;
  readonly manualSelector?: boolean;
}

const MANY = 100_000;
const NEEDS_INDEX = "requires indexed completion mode";

function* checkIndexed({ completions, parallelism = 0, maxFailedIndexes = 0 }: JobSpecView, path: FieldPath) {
  if (completions === undefined) {
    yield required(path.child("completions"), "when completion mode is Indexed");
    return;
  }
  if (parallelism > MANY) {
    const detail = `must be less than or equal to ${MANY} when completion mode is Indexed`;
    yield invalid(path.child("parallelism"), parallelism, detail);
  }
  if (maxFailedIndexes > completions) {
    yield invalid(path.child("maxFailedIndexes"), maxFailedIndexes, "must be less than or equal to completions");
  }
}

function* checkUnindexed(spec: JobSpecView, path: FieldPath): Iterable<FieldError> {
  for (const name of ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"] as const) {
    if (spec[name] !== undefined) yield invalid(path.child(name), spec[name], NEEDS_INDEX);
  }
}

/** Indexes need to be counted, and what is said of indexes needs indexes. */
export const completionsFit: Check<JobSpecView> = function* (spec, { path }) {
  if (spec.completionMode === "Indexed") yield* checkIndexed(spec, path);
  else yield* checkUnindexed(spec, path);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    yield required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
  }
  const rules = path.child("successPolicy", "rules");
  for (const [index, rule] of (spec.successPolicy?.rules ?? []).entries()) {
    if (rule.succeededIndexes !== undefined || rule.succeededCount !== undefined) continue;
    yield required(rules.index(index), "at least one of succeededCount or succeededIndexes must be specified");
  }
};

function* checkRule(spec: JobSpecView, rule: FailureRule, at: FieldPath): Iterable<FieldError> {
  if (rule.action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
    yield invalid(at.child("action"), rule.action, "requires the backoffLimitPerIndex to be set");
  }
  const name = rule.onExitCodes?.containerName;
  if (name === undefined) return;
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  if ([...containers, ...initContainers].some((container) => container.name === name)) return;
  const detail = "must be one of the container or initContainer names in the pod template";
  yield invalid(at.child("onExitCodes", "containerName"), name, detail);
}

/** A failure policy judges pods that end for good. */
export const failurePolicyFits: Check<JobSpecView> = function* (spec, { path }) {
  const { podFailurePolicy, podReplacementPolicy } = spec;
  const policies = podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  if (podReplacementPolicy !== undefined && !policies.includes(podReplacementPolicy)) {
    yield notSupported(path.child("podReplacementPolicy"), podReplacementPolicy, policies);
  }
  if (!podFailurePolicy) return;
  const rules = path.child("podFailurePolicy", "rules");
  for (const [index, rule] of (podFailurePolicy.rules ?? []).entries())
    yield* checkRule(spec, rule, rules.index(index));
  const restartPolicy = spec.template?.spec.restartPolicy;
  if (restartPolicy === "Never") return;
  const at = path.child("template", "spec", "restartPolicy");
  yield invalid(at, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
};

/** Pods of a job end. */
export const templateEnds: Check<JobSpecView> = function* ({ template }, { path }) {
  const policy = template?.spec.restartPolicy;
  if (policy === undefined || policy === "OnFailure" || policy === "Never") return;
  const at = path.child("template", "spec", "restartPolicy");
  // It may be the default, which nobody chose.
  if (policy === "Always") yield required(at, 'valid values: "OnFailure", "Never"');
  else yield notSupported(at, policy, ["OnFailure", "Never"]);
};

const MANAGER_BYTES = 63;

/** The controller is named by a domain and a path. */
export const managedByPath: Check<JobSpecView> = function* ({ managedBy }, { path }) {
  if (managedBy === undefined) return;
  const at = path.child("managedBy");
  const [domain = "", ...rest] = managedBy.split("/");
  if (domain === "" || rest.join("/") === "") {
    yield invalid(at, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else if (rest.some((part) => part === "" || pathSegmentName(part) !== undefined)) {
    yield invalid(at, managedBy, "Invalid path");
  }
  if (managedBy.length > MANAGER_BYTES) yield tooLong(at, MANAGER_BYTES);
};

/** Jobs made from a template get their selector from the server. */
export const selectorIsGenerated: Check<JobSpecView> = function* ({ selector, manualSelector }, { path }) {
  if (selector !== undefined) yield invalid(path.child("selector"), selector, "`selector` will be auto-generated");
  if (manualSelector === true) yield notSupported(path.child("manualSelector"), true, ["nil", "false"]);
};
