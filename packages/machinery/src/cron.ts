// Schedules in the five fields of cron, with the descriptors and the words of faults that Kubernetes users know.
import { parseGoDuration } from "@knots/std";

/** What a schedule that cannot be read is refused with. */
export class CronError extends Error {}

/** Minutes at which something is due. */
export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** Sunday is 0. */
  readonly weekdays: ReadonlySet<number>;
  /** Days and weekdays must both match where one of them is a star; else one of them is enough. */
  readonly bothDays: boolean;
}
/** Due at certain minutes, or again and again after an interval. */
export type CronSchedule = CronFields | { readonly everyMilliseconds: number };

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const BOUNDS = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: WEEKDAYS },
] as const satisfies readonly Bounds[];

const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

function fail(message: string): never {
  throw new CronError(message);
}

function numberOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    fail(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const value = Number(text);
  return value < 0 ? fail(`negative number (${value}) not allowed: ${text}`) : value;
}

function placeOf(text: string, { min, names = [] }: Bounds): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + min : numberOf(text);
}

const isStar = (text: string | undefined): boolean => text === "*" || text === "?";

/** First and last place of `*`, `n` or `n-m`. */
function spanOf(text: string, whole: string, bounds: Bounds): readonly [number, number] {
  const [low = "", high, ...more] = text.split("-");
  if (isStar(low)) return [bounds.min, bounds.max];
  const start = placeOf(low, bounds);
  if (high === undefined) return [start, start];
  return more.length > 0 ? fail(`too many hyphens: ${whole}`) : [start, placeOf(high, bounds)];
}

/** The places of one part: a span and perhaps a step. */
function* placesOf(part: string, bounds: Bounds): Iterable<number> {
  const [range = "", stepText, ...more] = part.split("/");
  const [start, last] = spanOf(range, part, bounds);
  if (more.length > 0) fail(`too many slashes: ${part}`);
  const step = stepText === undefined ? 1 : numberOf(stepText);
  const end = stepText !== undefined && !range.includes("-") ? bounds.max : last;
  if (start < bounds.min) fail(`beginning of range (${start}) below minimum (${bounds.min}): ${part}`);
  if (end > bounds.max) fail(`end of range (${end}) above maximum (${bounds.max}): ${part}`);
  if (start > end) fail(`beginning of range (${start}) beyond end of range (${end}): ${part}`);
  if (step === 0) fail(`step of range should be a positive number: ${part}`);
  for (let place = start; place <= end; place += step) yield place;
}

const fieldOf = (text: string, bounds: Bounds): ReadonlySet<number> =>
  new Set(
    text
      .split(",")
      .filter((part) => part !== "")
      .flatMap((part) => [...placesOf(part, bounds)]),
  );

/** A field counts as a star when one of its parts is, without a step. */
const hasStar = (text: string): boolean => text.split(",").some((part) => isStar(part) || /^[*?]\/0*1$/.test(part));

function everyOf(text: string): CronSchedule {
  const duration = text.slice("@every ".length);
  const { milliseconds: total } = parseGoDuration(duration);
  if (total === undefined || duration.startsWith("-"))
    return fail(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`);
  return { everyMilliseconds: Math.max(1000, Math.floor(total / 1000) * 1000) };
}

/** Reads a schedule; throws `CronError`. Time zones are not part of it. */
export function parseCron(text: string): CronSchedule {
  if (text === "") fail("empty spec string");
  if (text.startsWith("@every ")) return everyOf(text);
  if (text.startsWith("@")) return parseCron(DESCRIPTORS[text] ?? fail(`unrecognized descriptor: ${text}`));
  const fields = text.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== 5) fail(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  return {
    minutes: fieldOf(minute, BOUNDS[0]),
    hours: fieldOf(hour, BOUNDS[1]),
    days: fieldOf(day, BOUNDS[2]),
    months: fieldOf(month, BOUNDS[3]),
    weekdays: fieldOf(weekday, BOUNDS[4]),
    bothDays: hasStar(day) || hasStar(weekday),
  };
}

/** What is wrong with a schedule; undefined when it can be read. */
export function cronFault(text: string): string | undefined {
  try {
    parseCron(text);
    return undefined;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}
