// What `kubectl get replicasets` shows.
import { age, type Column } from "@knots/machinery";
import { count, type Shown } from "../../columns.ts";
import { workloadColumns } from "./workload-columns.ts";

type ReplicaSetView = Shown<
  { readonly replicas?: number },
  { readonly replicas: number; readonly readyReplicas?: number }
>;

export const replicaSetColumns: readonly Column[] = [
  count("Desired", "Pods that are wanted.", ({ spec }: ReplicaSetView) => spec.replicas),
  count("Current", "Pods that exist.", ({ status }: ReplicaSetView) => status?.replicas),
  count("Ready", "Pods that are ready.", ({ status }: ReplicaSetView) => status?.readyReplicas),
  age(),
  ...workloadColumns,
];
