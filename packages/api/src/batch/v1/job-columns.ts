// What `kubectl get jobs` shows: one word for the state, completions, how long it took.
import { age, type Column, formatAge } from "@knots/machinery";
import { parseTime } from "@knots/std";
import { workloadColumns } from "../../apps/v1/workload-columns.ts";
import { type Shown, text } from "../../columns.ts";

interface Spec {
  readonly completions?: number;
  readonly parallelism?: number;
}
interface Status {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly succeeded?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
}
type View = Shown<Spec, Status>;

const BEFORE_DELETION = ["Complete", "Failed"];
const AFTER_DELETION = ["Suspended", "FailureTarget", "SuccessCriteriaMet"];

function statusText({ metadata, status }: View): string {
  const holds = (type: string): boolean =>
    (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === "True");
  const ended = BEFORE_DELETION.find(holds);
  if (ended !== undefined) return ended;
  return metadata.deletionTimestamp === undefined ? (AFTER_DELETION.find(holds) ?? "Running") : "Terminating";
}

function completionsText({ spec, status }: View): string {
  const { completions, parallelism = 0 } = spec;
  const succeeded = status?.succeeded ?? 0;
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: View, now: number): string {
  const { startTime, completionTime } = status ?? {};
  if (startTime === undefined) return "";
  return formatAge((completionTime === undefined ? now : parseTime(completionTime)) - parseTime(startTime));
}

export const jobColumns: readonly Column[] = [
  text("Status", "State of the job in one word.", statusText),
  text("Completions", "Pods that succeeded, of those that must.", completionsText),
  text("Duration", "Time it took or has been taking.", durationText),
  age(),
  ...workloadColumns,
];
