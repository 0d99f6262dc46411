// How long ago, as `kubectl get` shows it: two units while they matter, one unit after.
import { parseTime } from "@knots/std";
import type { Column, KubeObject } from "../kind/kind.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** A range of ages (below `limit`) and the units that it is told in. */
interface Scale {
  readonly limit: number;
  readonly unit: readonly [number, string];
  readonly rest?: readonly [number, string];
}

const SCALES: readonly Scale[] = [
  { limit: 2 * MINUTE, unit: [SECOND, "s"] },
  { limit: 10 * MINUTE, unit: [MINUTE, "m"], rest: [SECOND, "s"] },
  { limit: 3 * HOUR, unit: [MINUTE, "m"] },
  { limit: 8 * HOUR, unit: [HOUR, "h"], rest: [MINUTE, "m"] },
  { limit: 2 * DAY, unit: [HOUR, "h"] },
  { limit: 8 * DAY, unit: [DAY, "d"], rest: [HOUR, "h"] },
  { limit: 2 * YEAR, unit: [DAY, "d"] },
  { limit: 8 * YEAR, unit: [YEAR, "y"], rest: [DAY, "d"] },
  { limit: Number.POSITIVE_INFINITY, unit: [YEAR, "y"] },
];

/** Text of an age in milliseconds: `90s`, `5m30s`, `3h12m`, `4d2h`, `2y45d`. Up to two seconds in the future count as now. */
export function formatAge(milliseconds: number): string {
  if (milliseconds <= -2 * SECOND) return "<invalid>";
  const age = Math.max(0, milliseconds);
  const { unit, rest } = SCALES.find(({ limit }) => age < limit) as Scale;
  const whole = `${Math.floor(age / unit[0])}${unit[1]}`;
  const left = rest ? Math.floor((age % unit[0]) / rest[0]) : 0;
  return rest && left > 0 ? `${whole}${left}${rest[1]}` : whole;
}

/** The age at `now` (milliseconds) of something that happened at `time` (RFC 3339). */
export function ageSince(time: string | undefined, now: number): string {
  return time === undefined || time === "" ? "<unknown>" : formatAge(now - parseTime(time));
}

/** The Age column: time since creation. */
export const age = (): Column => ({
  name: "Age",
  type: "string",
  doc: "Time since the object was created.",
  cell: (object: KubeObject, now) => ageSince(object.metadata.creationTimestamp, now),
});
