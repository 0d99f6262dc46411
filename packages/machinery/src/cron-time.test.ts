// When schedules are due, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime, parseTime } from "@knots/std";
import { parseCron } from "./cron.ts";
import { formatZoned, nextCron } from "./cron-time.ts";

const next = (schedule: string, after: string, zone?: string): string => {
  const due = nextCron(parseCron(schedule), parseTime(after), zone);
  return due === undefined ? "never" : formatTime(due);
};

test("the next time that a schedule is due", () => {
  const rows: readonly (readonly [string, string, string, string?])[] = [
    ["*/15 * * * *", "2026-01-01T12:00:00Z", "2026-01-01T12:15:00Z"],
    ["*/15 * * * *", "2026-01-01T12:14:59Z", "2026-01-01T12:15:00Z"],
    ["0 9 * * 1-5", "2026-01-02T09:00:00Z", "2026-01-05T09:00:00Z"],
    ["30 6 1 2 *", "2026-03-01T00:00:00Z", "2027-02-01T06:30:00Z"],
    ["0 0 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 0 30 2 *", "2026-03-01T00:00:00Z", "never"],
    ["0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
    ["@every 90s", "2026-01-01T00:00:00Z", "2026-01-01T00:01:30Z"],
    ["0 9 * * *", "2026-01-01T12:00:00Z", "2026-01-02T00:00:00Z", "Asia/Tokyo"],
    ["0 0 * * *", "2026-01-01T12:00:00Z", "2026-01-01T18:30:00Z", "Asia/Kolkata"],
    // Clocks of New York skip from 2:00 to 3:00 on 8 March 2026, and show 1:00 to 2:00 twice on 1 November.
    ["30 2 * * *", "2026-03-08T00:00:00Z", "2026-03-09T06:30:00Z", "America/New_York"],
    ["0 0 * * *", "2026-03-08T06:00:00Z", "2026-03-09T04:00:00Z", "America/New_York"],
    ["30 1 * * *", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z", "America/New_York"],
    ["30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "America/New_York"],
    ["0 0 * * *", "2026-11-01T05:00:00Z", "2026-11-02T05:00:00Z", "America/New_York"],
  ];
  for (const [schedule, after, due, zone] of rows)
    assert.equal(next(schedule, after, zone), due, `${schedule} ${zone ?? ""} after ${after}`);
});

test("a moment as the clocks of a zone show it", () => {
  const noon = parseTime("2026-01-01T12:00:00Z");
  assert.equal(formatZoned(noon, "UTC"), "2026-01-01T12:00:00Z");
  assert.equal(formatZoned(noon, "Asia/Kolkata"), "2026-01-01T17:30:00+05:30");
  assert.equal(formatZoned(noon, "America/New_York"), "2026-01-01T07:00:00-05:00");
});
