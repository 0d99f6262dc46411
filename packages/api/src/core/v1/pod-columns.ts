// What `kubectl get pods` shows: readiness, one word for the state, restarts.
import { age, ageSince, type Column } from "@knots/machinery";
import { NONE, orNone, type Shown, text, wide } from "../../columns.ts";
import type { Container } from "./container.ts";
import type { ContainerStatus } from "./container-status.ts";
import type { PodSpec } from "./pod-spec.ts";
import type { PodStatus } from "./pod-status.ts";

type PodView = Shown<PodSpec, PodStatus>;

/** What the table says of a pod beyond its plain fields. */
export interface PodSummary {
  /** One word such as Running, Init:0/1, CrashLoopBackOff or Terminating. */
  readonly status: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** When a container last ended and was started again; RFC 3339. */
  readonly lastRestart?: string;
}

interface Restarts {
  readonly count: number;
  readonly last: string;
}
const NO_RESTARTS: Restarts = { count: 0, last: "" };

function withRestarts({ count, last }: Restarts, { restartCount, lastState }: ContainerStatus): Restarts {
  const ended = lastState?.terminated?.finishedAt ?? "";
  return { count: count + restartCount, last: ended > last ? ended : last };
}

const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === "Always";

/** Why an ended container ended: its reason, or its signal or exit code. */
function endWord({ state }: ContainerStatus, prefix: string): string {
  const { reason = "", signal = 0, exitCode = 0 } = state?.terminated ?? {};
  if (reason !== "") return `${prefix}${reason}`;
  return signal !== 0 ? `${prefix}Signal:${signal}` : `${prefix}ExitCode:${exitCode}`;
}

/** Whether an init container lets the next one go on. */
function isPassed(status: ContainerStatus, sidecar: boolean): boolean {
  return status.state?.terminated?.exitCode === 0 || (sidecar && status.started === true);
}

function initWord(status: ContainerStatus, index: number, total: number): string {
  if (status.state?.terminated) return endWord(status, "Init:");
  const waiting = status.state?.waiting?.reason ?? "";
  return waiting !== "" && waiting !== "PodInitializing" ? `Init:${waiting}` : `Init:${index}/${total}`;
}

interface InitState {
  /** Set while an init container holds the pod back. */
  readonly word?: string;
  readonly all: Restarts;
  readonly sidecars: Restarts;
  readonly ready: number;
}

function initState(spec: PodSpec, statuses: readonly ContainerStatus[]): InitState {
  const containers = new Map((spec.initContainers ?? []).map((container) => [container.name, container]));
  let [all, sidecars, ready] = [NO_RESTARTS, NO_RESTARTS, 0];
  for (const [index, status] of statuses.entries()) {
    const sidecar = isSidecar(containers.get(status.name));
    all = withRestarts(all, status);
    if (sidecar) sidecars = withRestarts(sidecars, status);
    if (!isPassed(status, sidecar)) return { word: initWord(status, index, containers.size), all, sidecars, ready };
    if (status.state?.terminated?.exitCode !== 0 && status.ready) ready++;
  }
  return { all, sidecars, ready };
}

function containerWord(status: ContainerStatus): string | undefined {
  const waiting = status.state?.waiting?.reason ?? "";
  if (waiting !== "") return waiting;
  return status.state?.terminated ? endWord(status, "") : undefined;
}

const isRunning = (status: ContainerStatus): boolean =>
  containerWord(status) === undefined && status.ready && status.state?.running !== undefined;

const holds = (status: PodStatus, type: string): boolean =>
  (status.conditions ?? []).some((condition) => condition.type === type && condition.status === "True");

/** The word of the main containers: the first one that has something to say wins. */
function mainWord(status: PodStatus, before: string): string {
  const statuses = status.containerStatuses ?? [];
  const word = statuses.map(containerWord).find((one) => one !== undefined) ?? before;
  if (word !== "Completed" || !statuses.some(isRunning)) return word;
  return holds(status, "Ready") ? "Running" : "NotReady";
}

function phaseWord(status: PodStatus): string {
  const gated = (status.conditions ?? []).some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  if (gated) return "SchedulingGated";
  return status.reason !== undefined && status.reason !== "" ? status.reason : (status.phase ?? "");
}

function deletedWord({ metadata, status = {} }: PodView): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  if (status.reason === "NodeLost") return "Unknown";
  return status.phase === "Succeeded" || status.phase === "Failed" ? undefined : "Terminating";
}

/** Sums a pod up as the table shows it. */
export function summarizePod(pod: PodView): PodSummary {
  const { spec, status = {} } = pod;
  const init = initState(spec, status.initContainerStatuses ?? []);
  const total = spec.containers.length + (spec.initContainers ?? []).filter(isSidecar).length;
  const statuses = status.containerStatuses ?? [];
  const started = init.word === undefined || holds(status, "Initialized");
  const before = init.word ?? phaseWord(status);
  const restarts = started ? statuses.reduce(withRestarts, init.sidecars) : init.all;
  return {
    status: deletedWord(pod) ?? (started ? mainWord(status, before) : before),
    ready: init.ready + (started ? statuses.filter(isRunning).length : 0),
    total,
    restarts: restarts.count,
    ...(restarts.last !== "" && { lastRestart: restarts.last }),
  };
}

function restartsText(pod: PodView, now: number): string {
  const { restarts, lastRestart } = summarizePod(pod);
  return restarts > 0 && lastRestart ? `${restarts} (${ageSince(lastRestart, now)} ago)` : `${restarts}`;
}

function gatesText({ spec, status = {} }: PodView): string {
  const gates = spec.readinessGates ?? [];
  const passed = gates.filter(({ conditionType }) => holds(status, conditionType)).length;
  return gates.length > 0 ? `${passed}/${gates.length}` : NONE;
}

/** First address of a pod; empty when it has none. */
export const podAddress = (status: PodStatus | undefined): string => status?.podIPs?.[0]?.ip ?? status?.podIP ?? "";

export const podColumns: readonly Column[] = [
  text("Ready", "Containers that are ready, of all.", (pod: PodView) => {
    const { ready, total } = summarizePod(pod);
    return `${ready}/${total}`;
  }),
  text("Status", "State of the pod in one word.", (pod: PodView) => summarizePod(pod).status),
  text("Restarts", "How often containers were started again, and when last.", restartsText),
  age(),
  wide(text("IP", "Address of the pod.", ({ status }: PodView) => orNone(podAddress(status)))),
  wide(text("Node", "Node that the pod is on.", ({ spec }: PodView) => orNone(spec.nodeName))),
  wide(
    text("Nominated Node", "Node on which room is being made.", ({ status }: PodView) =>
      orNone(status?.nominatedNodeName),
    ),
  ),
  wide(text("Readiness Gates", "Gates that are passed, of all.", gatesText)),
];
