// What `kubectl get daemonsets` shows.
import { age, type Column } from "@knots/machinery";
import { count, labelsText, type Shown, text } from "../../columns.ts";
import type { PodTemplateSpec } from "../../core/v1/pod-template.ts";
import { workloadColumns } from "./workload-columns.ts";

interface Status {
  readonly desiredNumberScheduled?: number;
  readonly currentNumberScheduled?: number;
  readonly numberReady?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
}
type View = Shown<{ readonly template?: PodTemplateSpec }, Status>;

export const daemonSetColumns: readonly Column[] = [
  count("Desired", "Nodes that should have a pod.", ({ status }: View) => status?.desiredNumberScheduled),
  count("Current", "Nodes that have a pod.", ({ status }: View) => status?.currentNumberScheduled),
  count("Ready", "Nodes whose pod is ready.", ({ status }: View) => status?.numberReady),
  count("Up-to-date", "Nodes with the newest template.", ({ status }: View) => status?.updatedNumberScheduled),
  count("Available", "Nodes whose pod is available.", ({ status }: View) => status?.numberAvailable),
  text("Node Selector", "Labels that nodes must have.", ({ spec }: View) =>
    labelsText(spec.template?.spec.nodeSelector),
  ),
  age(),
  ...workloadColumns,
];
