// Tests of sorting test files into groups.
import assert from "node:assert/strict";
import { test } from "node:test";
import { planOf } from "./plan.ts";

const groups = (...files: string[]): string[] =>
  planOf(files, new Set(["std"])).map(({ title, files: own }) => `${title}: ${own.join(" ")}`);

test("pure packages come first, then node packages and tools, then the suites", () => {
  const found = groups(
    "tools/b.test.ts",
    "test/e2e/a.test.ts",
    "packages/host/src/a.test.ts",
    "packages/std/src/a.test.ts",
  );
  assert.deepEqual(found, [
    "unit, pure packages: packages/std/src/a.test.ts",
    "unit, node packages and tools: packages/host/src/a.test.ts tools/b.test.ts",
    "test/e2e: test/e2e/a.test.ts",
  ]);
});

test("suites run in the order of what they need, unknown ones after them by name", () => {
  const found = groups("test/zoo/a.test.ts", "test/e2e/a.test.ts", "test/air/a.test.ts", "test/simulation/a.test.ts");
  assert.deepEqual(
    found.map((line) => line.split(":")[0]),
    ["test/simulation", "test/e2e", "test/air", "test/zoo"],
  );
});

test("a group without files does not appear", () => {
  assert.deepEqual(groups(), []);
});

test("only pure units share a process, only suites run alone", () => {
  const plan = planOf(
    ["packages/std/src/a.test.ts", "packages/host/src/a.test.ts", "test/e2e/a.test.ts"],
    new Set(["std"]),
  );
  assert.deepEqual(
    plan.map(({ isolated, concurrent }) => [isolated, concurrent]),
    [
      [false, true],
      [true, true],
      [true, false],
    ],
  );
});
