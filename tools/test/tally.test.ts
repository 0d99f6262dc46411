// Tests of counting tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOf, reasons, strict, sum } from "./tally.ts";

const skips = ["stock client helm is missing", "no ip_vs in this kernel", "no ip_vs in this kernel"];
const tally = { passed: 5, failed: 1, skips };

test("the last line has one form", () => {
  assert.equal(lineOf(sum([tally, { passed: 2, failed: 0, skips: [] }])), "7 passed, 1 failed, 3 skipped");
});

test("in CI a missing stock client is a failure, other skips stay", () => {
  assert.equal(lineOf(strict(tally)), "5 passed, 2 failed, 2 skipped");
});

test("reasons are told once with their count", () => {
  assert.deepEqual(reasons(skips), ["1 skipped: stock client helm is missing", "2 skipped: no ip_vs in this kernel"]);
});
