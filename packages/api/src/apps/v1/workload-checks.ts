// Rules that workloads share: the selector, and what a template may say.
import {
  type Check,
  type FieldError,
  type FieldPath,
  invalid,
  type LabelSelector,
  SelectorError,
  selectorFromObject,
} from "@knots/machinery";
import type { PodTemplateSpec } from "../../core/v1/pod-template.ts";

interface WorkloadView {
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** Whether a selector matches labels; undefined when it is no selector. */
function matches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean | undefined {
  try {
    return selectorFromObject(selector).matches(labels);
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

const unselected = (path: FieldPath, template: WorkloadView["template"]): FieldError =>
  invalid(
    path.child("template", "metadata", "labels"),
    template?.metadata?.labels ?? null,
    "`selector` does not match template `labels`",
  );

/** The selector selects something, and pods of the template among it. */
export const selectorMatchesTemplate = (kind: string): Check<WorkloadView> =>
  function* ({ selector, template }, { path }): Iterable<FieldError> {
    const labels = template?.metadata?.labels ?? {};
    // Nothing selects nothing: the missing selector is told beside it.
    if (!selector) {
      yield unselected(path, template);
      return;
    }
    const rules = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
    if (rules === 0) {
      yield invalid(path.child("selector"), selector, `empty selector is invalid for ${kind}`);
      return;
    }
    const matched = matches(selector, labels);
    if (matched === undefined) yield invalid(path.child("selector"), selector, "invalid label selector");
    if (matched === false) yield unselected(path, template);
  };
