// Columns that workloads share: containers, images and selector of their pods.
import { type Column, formatLabelSelector, type LabelSelector, selectorFromObject } from "@knots/machinery";
import { orNone, type Shown, text, wide } from "../../columns.ts";
import { templateColumns } from "../../core/v1/template-columns.ts";

type Workload = Shown<{ readonly selector?: LabelSelector }>;

/** A selector as text, or `<none>`. */
export const selectorText = (selector: LabelSelector | undefined): string =>
  orNone(formatLabelSelector(selectorFromObject(selector)));

export const workloadColumns: readonly Column[] = [
  ...templateColumns,
  wide(text("Selector", "Which pods belong to it.", ({ spec }: Workload) => selectorText(spec.selector))),
];
