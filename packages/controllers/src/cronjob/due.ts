// Which run of a cron job is due: the last one that was missed, and when to look again.
import type { CronJob } from "@knots/api";
import { type CronSchedule, nextCron } from "@knots/machinery";
import { parseTime } from "@knots/std";

/** More missed runs than this are told to the owner. */
export const MANY = 100;

/** Times in milliseconds since the epoch. */
export interface Due {
  /** The most recent time that no job was made for; undefined when there is none. */
  readonly at: number | undefined;
  /** Whether very many were missed. */
  readonly many: boolean;
  readonly next: number | undefined;
}

/** From when on runs count: the last one that was made, the creation, or the deadline when that is later. */
function earliest({ metadata, spec, status }: CronJob, now: number): number {
  const since = parseTime(status?.lastScheduleTime ?? metadata.creationTimestamp);
  const { startingDeadlineSeconds: deadline } = spec ?? {};
  return deadline === undefined ? since : Math.max(since, now - deadline * 1000);
}

/** The last time up to `now`; `first` and `second` are the first two, and tell how far one may jump ahead. */
function mostRecent(next: (after: number) => number | undefined, first: number, second: number, now: number): number {
  const missed = Math.floor((now - first) / (second - first)) + 1;
  const jump = first + (missed - 2) * (second - first);
  let latest = first;
  for (let at = next(Math.max(first, jump)); at !== undefined && at <= now; at = next(at)) latest = at;
  return latest;
}

export function dueOf(cronJob: CronJob, schedule: CronSchedule, now: number): Due {
  const next = (after: number): number | undefined => nextCron(schedule, after, cronJob.spec?.timeZone);
  const first = next(earliest(cronJob, now));
  if (first === undefined || first > now) return { at: undefined, many: false, next: first };
  const second = next(first);
  if (second === undefined || second > now) return { at: first, many: false, next: second };
  const many = (now - first) / (second - first) >= MANY;
  return { at: mostRecent(next, first, second, now), many, next: next(now) };
}
