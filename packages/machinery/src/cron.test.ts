// Schedules: what they mean, and what is said of those that mean nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CronFields, cronFault, parseCron } from "./cron.ts";

const fields = (text: string): CronFields => {
  const schedule = parseCron(text);
  assert.ok("minutes" in schedule);
  return schedule;
};

test("a span, a list, a step and a name", () => {
  const { minutes, hours, days, months, weekdays } = fields("*/20 8-10,12 1 FEB mon-Wed");
  assert.deepEqual([...minutes], [0, 20, 40]);
  assert.deepEqual([...hours], [8, 9, 10, 12]);
  assert.deepEqual([[...days], [...months], [...weekdays]], [[1], [2], [1, 2, 3]]);
});

test("a step from a place goes to the end", () =>
  assert.deepEqual([...fields("50/3 * * * *").minutes], [50, 53, 56, 59]));

test("a descriptor stands for its fields", () => assert.deepEqual(parseCron("@weekly"), parseCron("0 0 * * 0")));

test("an interval counts in whole seconds", () => {
  assert.deepEqual(parseCron("@every 1h30m"), { everyMilliseconds: 5_400_000 });
  assert.deepEqual(parseCron("@every 1500ms"), { everyMilliseconds: 1000 });
});

test("one of day and weekday is enough, but for stars", () => {
  assert.equal(fields("0 0 13 * 5").bothDays, false);
  assert.equal(fields("0 0 13 * *").bothDays, true);
  assert.equal(fields("0 0 */2 * 5").bothDays, false);
});

const faults: readonly (readonly [string, string])[] = [
  ["", "empty spec string"],
  ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
  ["@never", "unrecognized descriptor: @never"],
  ["@every day", 'failed to parse duration @every day: time: invalid duration "day"'],
  ["60 * * * *", "end of range (60) above maximum (59): 60"],
  ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
  ["* * * * 7", "end of range (7) above maximum (6): 7"],
  ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
  ["*/0 * * * *", "step of range should be a positive number: */0"],
  ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
  ["1/2/3 * * * *", "too many slashes: 1/2/3"],
  ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
];
for (const [text, message] of faults) {
  test(`refused: ${JSON.stringify(text)}`, () => assert.equal(cronFault(text), message));
}
