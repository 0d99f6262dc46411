// When a schedule is due: the next time after a moment, read on the clocks of a time zone.
import { parseTime } from "@knots/std";
import type { CronFields, CronSchedule } from "./cron.ts";

const MINUTE = 60_000;
const DAY = 1440;
/** A schedule that names no day of the next five years is never due. */
const HORIZON = 5 * 366 * DAY * MINUTE;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What the clocks of a zone show. */
interface Wall {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  /** Date and time without zone, as in RFC 3339. */
  readonly text: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Zones are few, and their formats cost more than their use. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const two = "2-digit";
  const clock = { hour: two, minute: two, second: two, hourCycle: "h23" } as const;
  const date = { year: "numeric", month: two, day: two, weekday: "short" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { timeZone, ...date, ...clock });
  if (formats.size < 1000) formats.set(timeZone, format);
  return format;
}

function wallAt(instant: number, zone: string): Wall {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const read = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return {
    month: Number(read("month")),
    day: Number(read("day")),
    weekday: WEEKDAYS.indexOf(read("weekday")),
    hour: Number(read("hour")),
    minute: Number(read("minute")),
    text: `${read("year")}-${read("month")}-${read("day")}T${read("hour")}:${read("minute")}:${read("second")}`,
  };
}

/** RFC 3339 time with the zone's offset at that moment. */
export function formatZoned(instant: number, zone: string): string {
  const { text } = wallAt(instant, zone);
  const minutes = Math.round((parseTime(`${text}Z`) - instant) / MINUTE);
  if (minutes === 0) return `${text}Z`;
  const two = (number: number): string => `${Math.floor(number)}`.padStart(2, "0");
  const size = Math.abs(minutes);
  return `${text}${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}

function dayFits({ months, days, weekdays, bothDays }: CronFields, { month, day, weekday }: Wall): boolean {
  if (!months.has(month)) return false;
  return bothDays ? days.has(day) && weekdays.has(weekday) : days.has(day) || weekdays.has(weekday);
}

/** The first moment of the next day; a day may be shorter or longer than 24 hours. */
function nextDay(instant: number, { hour, minute, day }: Wall, zone: string): number {
  const guess = instant + (DAY - hour * 60 - minute) * MINUTE;
  const shown = wallAt(guess, zone);
  if (shown.day === day) return guess + (DAY - shown.hour * 60 - shown.minute) * MINUTE;
  const early = guess - (shown.hour * 60 + shown.minute) * MINUTE;
  return early > instant && wallAt(early, zone).day === shown.day ? early : guess;
}

/**
 * The first time after `after` at which the schedule is due (milliseconds since the epoch); undefined when it never is.
 * Times that the clocks of `zone` skip are left out, times that they show twice are due twice.
 */
export function nextCron(schedule: CronSchedule, after: number, zone = "UTC"): number | undefined {
  if ("everyMilliseconds" in schedule) return Math.floor(after / 1000) * 1000 + schedule.everyMilliseconds;
  let instant = (Math.floor(after / MINUTE) + 1) * MINUTE;
  while (instant < after + HORIZON) {
    const wall = wallAt(instant, zone);
    if (!dayFits(schedule, wall)) instant = nextDay(instant, wall, zone);
    else if (!schedule.hours.has(wall.hour)) instant += (60 - wall.minute) * MINUTE;
    else if (!schedule.minutes.has(wall.minute)) instant += MINUTE;
    else return instant;
  }
  return undefined;
}
