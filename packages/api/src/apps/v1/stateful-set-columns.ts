// What `kubectl get statefulsets` shows.
import { age, type Column } from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";
import { templateColumns } from "../../core/v1/template-columns.ts";

type View = Shown<{ readonly replicas?: number }, { readonly readyReplicas?: number }>;

export const statefulSetColumns: readonly Column[] = [
  text(
    "Ready",
    "Pods that are ready, of those wanted.",
    ({ spec, status }: View) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
  ),
  age(),
  ...templateColumns,
];
