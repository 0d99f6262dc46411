// The difference between a pod's status at the server and as it should be, as a strategic merge patch.
import type { PodCondition, PodStatus } from "@knots/api";
import type { Json, JsonObject } from "@knots/machinery";
import { deepEqual } from "@knots/std";

/** Condition types that the node agent writes; all others belong to somebody else. */
export const OWN_CONDITIONS: ReadonlySet<string> = new Set([
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
]);

const FIELDS = [
  "phase",
  "reason",
  "message",
  "hostIP",
  "podIP",
  "startTime",
  "qosClass",
  "observedGeneration",
  "initContainerStatuses",
  "containerStatuses",
  "ephemeralContainerStatuses",
] as const;
/** Lists that the server would merge by address. */
const REPLACED = ["hostIPs", "podIPs"] as const;

const own = (conditions: readonly PodCondition[] = []): readonly PodCondition[] =>
  conditions.filter(({ type }) => OWN_CONDITIONS.has(type));

const asJson = (value: unknown): Json => value as Json;

function changedConditions(from: PodStatus, to: PodStatus): readonly PodCondition[] {
  const before = new Map((from.conditions ?? []).map((condition) => [condition.type, condition]));
  return own(to.conditions).filter((condition) => !deepEqual(condition, before.get(condition.type)));
}

/** A condition as a patch: what it does not say is taken away. */
const asPatch = (condition: PodCondition): object => ({ reason: null, message: null, ...condition });

/** The patch of the whole object, bound to its uid; undefined when nothing of ours differs. */
export function statusPatch(from: PodStatus, to: PodStatus, uid: string): JsonObject | undefined {
  const status: Record<string, Json> = {};
  for (const name of FIELDS) if (!deepEqual(from[name], to[name])) status[name] = asJson(to[name] ?? null);
  for (const name of REPLACED)
    if (!deepEqual(from[name] ?? [], to[name] ?? []))
      status[name] = asJson([...(to[name] ?? []), { $patch: "replace" }]);
  const conditions = changedConditions(from, to);
  if (conditions.length > 0) status["conditions"] = asJson(conditions.map(asPatch));
  return Object.keys(status).length === 0 ? undefined : { metadata: { uid }, status };
}

/** What the worker holds of the status: its own fields, and everything else from the server; a final phase stays final. */
export function overlaid(server: PodStatus, mine: PodStatus | undefined): PodStatus {
  if (!mine) return server;
  const isFinal = server.phase === "Succeeded" || server.phase === "Failed";
  const others = (server.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.has(type));
  const { reason: _reason, message: _message, ...rest } = server;
  const { phase, reason, message } = isFinal ? server : mine;
  return {
    ...rest,
    ...mine,
    ...(phase !== undefined && { phase }),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    conditions: [...own(mine.conditions), ...others],
  };
}
