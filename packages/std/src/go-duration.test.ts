// Go's durations: units, fractions, signs, and what is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseGoDuration } from "./go-duration.ts";

const rows: readonly (readonly [text: string, milliseconds: number])[] = [
  ["3s", 3000],
  ["500ms", 500],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["1.s", 1000],
  ["-1s", -1000],
  ["+2s", 2000],
  ["0", 0],
  ["-0", 0],
  ["2us", 0.002],
  ["2\u00b5s", 0.002],
  ["2\u03bcs", 0.002],
];
for (const [text, milliseconds] of rows) {
  test(`${JSON.stringify(text)} is ${milliseconds} ms`, () =>
    assert.deepEqual(parseGoDuration(text), { milliseconds }));
}

const faults: readonly (readonly [text: string, why: string])[] = [
  ["", "time: invalid duration"],
  ["-", "time: invalid duration"],
  ["s", "time: invalid duration"],
  ["1s ", "time: invalid duration"],
  ["3", "time: missing unit in duration"],
  ["1s3", "time: missing unit in duration"],
  ["1d", "time: missing unit in duration"],
];
for (const [text, why] of faults) {
  test(`${JSON.stringify(text)} is none`, () =>
    assert.deepEqual(parseGoDuration(text), { why: `${why} ${JSON.stringify(text)}` }));
}
