// What `kubectl get poddisruptionbudgets` shows.
import { age, type Column } from "@knots/machinery";
import { count, type Shown, text } from "../../columns.ts";

interface Spec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}
type View = Shown<Spec | undefined, { readonly disruptionsAllowed?: number }>;

export const podDisruptionBudgetColumns: readonly Column[] = [
  text("Min Available", "Pods that must stay healthy.", ({ spec }: View) => `${spec?.minAvailable ?? "N/A"}`),
  text("Max Unavailable", "Pods that may be missing.", ({ spec }: View) => `${spec?.maxUnavailable ?? "N/A"}`),
  count("Allowed Disruptions", "Evictions that are allowed now.", ({ status }: View) => status?.disruptionsAllowed),
  age(),
];
