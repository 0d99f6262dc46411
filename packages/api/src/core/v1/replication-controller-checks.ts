// Rules of replication controllers and of templates whose pods run for ever.
import {
  type Check,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from "@knots/machinery";
import type { PodTemplateSpec } from "./pod-template.ts";

interface View {
  readonly selector?: Readonly<Record<string, string>>;
  readonly template?: PodTemplateSpec;
}

/** The labels select something, and pods of the template among it. */
export const labelsSelect: Check<View> = function* ({ selector = {}, template }, { path }) {
  if (Object.keys(selector).length === 0) yield required(path.child("selector"));
  if (!template) {
    yield required(path.child("template"));
    return;
  }
  const labels = template.metadata?.labels ?? {};
  if (Object.entries(selector).every(([key, value]) => labels[key] === value)) return;
  const at = path.child("template", "metadata", "labels");
  yield invalid(at, labels, "`selector` does not match template `labels`");
};

/** Pods of a workload that keeps them running start again whenever they end, and have no deadline. */
export const templateRunsForever = (kind: string): Check<Pick<View, "template">> =>
  function* ({ template }, { path }): Iterable<FieldError> {
    const at = path.child("template", "spec");
    const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
    if (restartPolicy !== undefined && restartPolicy !== "Always") {
      yield notSupported(at.child("restartPolicy"), restartPolicy, ["Always"]);
    }
    if (activeDeadlineSeconds !== undefined) {
      yield forbidden(at.child("activeDeadlineSeconds"), `activeDeadlineSeconds in ${kind} is not Supported`);
    }
  };

/** Faults of counts that exceed the count that contains them. */
export function* checkWithin(
  path: FieldPath,
  counts: Readonly<Record<string, number | undefined>>,
  limit: number,
): Iterable<FieldError> {
  for (const [name, count = 0] of Object.entries(counts)) {
    if (count > limit) yield invalid(path.child(name), count, "cannot be greater than status.replicas");
  }
}

interface Counts {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/** No more pods are ready than there are, and no more available than ready. */
export const countsInOrder: Check<Counts> = function* (status, { path }) {
  const { fullyLabeledReplicas, readyReplicas = 0, availableReplicas = 0 } = status;
  yield* checkWithin(path, { fullyLabeledReplicas, readyReplicas, availableReplicas }, status.replicas);
  if (availableReplicas > readyReplicas) {
    yield invalid(path.child("availableReplicas"), availableReplicas, "cannot be greater than readyReplicas");
  }
};
