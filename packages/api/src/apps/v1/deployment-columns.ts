// What `kubectl get deployments` shows.
import { age, type Column } from "@knots/machinery";
import { count, type Shown, text } from "../../columns.ts";
import { workloadColumns } from "./workload-columns.ts";

interface Status {
  readonly readyReplicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
}
type DeploymentView = Shown<{ readonly replicas?: number }, Status>;

export const deploymentColumns: readonly Column[] = [
  text(
    "Ready",
    "Pods that are ready, of those wanted.",
    ({ spec, status }: DeploymentView) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
  ),
  count("Up-to-date", "Pods with the newest template.", ({ status }: DeploymentView) => status?.updatedReplicas),
  count("Available", "Pods that are available.", ({ status }: DeploymentView) => status?.availableReplicas),
  age(),
  ...workloadColumns,
];
