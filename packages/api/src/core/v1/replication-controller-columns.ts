// What `kubectl get replicationcontrollers` shows.
import { age, type Column } from "@knots/machinery";
import { count, labelsText, type Shown, text, wide } from "../../columns.ts";
import { templateColumns } from "./template-columns.ts";

interface Spec {
  readonly replicas?: number;
  readonly selector?: Readonly<Record<string, string>>;
}
type View = Shown<Spec, { readonly replicas: number; readonly readyReplicas?: number }>;

export const replicationControllerColumns: readonly Column[] = [
  count("Desired", "Pods that are wanted.", ({ spec }: View) => spec.replicas),
  count("Current", "Pods that exist.", ({ status }: View) => status?.replicas),
  count("Ready", "Pods that are ready.", ({ status }: View) => status?.readyReplicas),
  age(),
  ...templateColumns,
  wide(text("Selector", "Labels of its pods.", ({ spec }: View) => labelsText(spec.selector))),
];
