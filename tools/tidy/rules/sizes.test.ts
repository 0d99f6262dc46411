// Tests of file sizes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { projectOf } from "../project.ts";
import { table } from "../table.ts";
import { ninetieth, sizes } from "./sizes.ts";

const lines = (count: number): string => "x\n".repeat(count);

table(sizes, [
  ["400 lines are enough", { "packages/std/src/a.ts": lines(400) }, []],
  ["401 are not", { "packages/std/src/a.ts": lines(401) }, ["packages/std/src/a.ts:401"]],
  [
    "tests may have 600",
    { "packages/std/src/a.test.ts": lines(600), "test/e2e/b.ts": lines(601) },
    ["test/e2e/b.ts:601"],
  ],
  ["declarations in api may be long", { "packages/api/src/core/v1/pod.ts": lines(1200) }, []],
]);

test("nine tenths of the files are not longer than the 90th percentile", () => {
  const files = Array.from({ length: 10 }, (_, i) => ({ path: `packages/std/src/f${i}.ts`, text: lines(i + 1) }));
  assert.equal(ninetieth(projectOf(files)), 9);
});
