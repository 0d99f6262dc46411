// Columns that workloads share: containers, images and selector of their pods.
import { type Column, formatLabelSelector, type LabelSelector, selectorFromObject } from "@knots/machinery";
import { orNone, type Shown, text, wide } from "../../columns.ts";
import type { PodTemplateSpec } from "../../core/v1/pod-template.ts";

type Workload = Shown<{ readonly selector?: LabelSelector; readonly template?: PodTemplateSpec }>;

const containersText =
  (what: "name" | "image") =>
  ({ spec }: Workload): string =>
    (spec.template?.spec.containers ?? []).map((container) => container[what] ?? "").join(",");

export const workloadColumns: readonly Column[] = [
  wide(text("Containers", "Names of the containers.", containersText("name"))),
  wide(text("Images", "Images of the containers.", containersText("image"))),
  wide(
    text("Selector", "Which pods belong to it.", ({ spec }: Workload) =>
      orNone(formatLabelSelector(selectorFromObject(spec.selector))),
    ),
  ),
];
