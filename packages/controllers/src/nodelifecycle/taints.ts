// The taints that follow from a node's conditions.
import type { Node, Taint } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { readinessOf } from "./conditions.ts";

const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
const PRESSURES: readonly (readonly [string, string])[] = [
  ["MemoryPressure", "node.kubernetes.io/memory-pressure"],
  ["DiskPressure", "node.kubernetes.io/disk-pressure"],
  ["PIDPressure", "node.kubernetes.io/pid-pressure"],
  ["NetworkUnavailable", "node.kubernetes.io/network-unavailable"],
];
const KEPT_OFF = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...PRESSURES.map(([, key]) => key)]);
const DRIVEN_OUT = new Set([NOT_READY, UNREACHABLE]);

const isOurs = ({ key, effect }: Taint): boolean =>
  (effect === "NoSchedule" && KEPT_OFF.has(key)) || (effect === "NoExecute" && DRIVEN_OUT.has(key));

function wantedTaints(node: Node, driveOut: boolean): readonly Taint[] {
  const readiness = readinessOf(node);
  const key = readiness === "Unknown" ? UNREACHABLE : NOT_READY;
  const pressed = PRESSURES.filter(([type]) => conditionOf(node.status?.conditions, type)?.status === "True");
  return [
    ...(readiness === "True" ? [] : [{ key, effect: "NoSchedule" as const }]),
    ...pressed.map(([, pressure]) => ({ key: pressure, effect: "NoSchedule" as const })),
    ...(node.spec?.unschedulable ? [{ key: UNSCHEDULABLE, effect: "NoSchedule" as const }] : []),
    ...(readiness === "True" || !driveOut ? [] : [{ key, effect: "NoExecute" as const }]),
  ];
}

const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

/** The node's taints as its conditions want them, or undefined when nothing changes. Taints of others stay; so do the times of ours. */
export function withTaints(node: Node, driveOut: boolean, now: number): Node | undefined {
  const old = node.spec?.taints ?? [];
  const wanted = wantedTaints(node, driveOut);
  const kept = old.filter((taint) => !isOurs(taint) || wanted.some((each) => same(each, taint)));
  const added = wanted
    .filter((taint) => !old.some((each) => same(each, taint)))
    .map((taint) => ({ ...taint, timeAdded: formatTime(now) }));
  if (added.length === 0 && kept.length === old.length) return undefined;
  return { ...node, spec: { ...node.spec, taints: [...kept, ...added] } };
}
