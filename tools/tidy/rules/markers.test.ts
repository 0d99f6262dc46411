// Tests of marks of unfinished work.
import { table } from "../table.ts";
import { markers } from "./markers.ts";

const a = "tools/a.ts";

table(markers, [
  ["a plan for later in a comment", { [a]: "x;\n// TODO: later" }, [`${a}:2`]],
  ["the same word in text is data", { [a]: `const a = "TODO"; const b = todo` }, []],
  ["a silenced compiler", { [a]: "/* @ts-ignore */ x;\n// @ts-nocheck" }, [`${a}:1`, `${a}:2`]],
  ["a linter silenced for a file", { [a]: "// biome-ignore-all lint: no\n// oxlint-disable" }, [`${a}:1`, `${a}:2`]],
  ["a linter silenced without a reason", { [a]: "// oxlint-disable-next-line max-lines" }, [`${a}:1`]],
  ["for one line with a reason it is counted, not refused", { [a]: "// biome-ignore lint/style/x: a table" }, []],
  ["tests of types may expect an error", { "packages/std/src/a.test.ts": "// @ts-expect-error numbers only" }, []],
  [
    "product code may not",
    { "packages/std/src/a.ts": "// @ts-expect-error numbers only" },
    ["packages/std/src/a.ts:1"],
  ],
  ["a lonely test", { "b.test.ts": "test.only('x', f);\ndescribe.todo('y')" }, ["b.test.ts:1", "b.test.ts:2"]],
  ["a regular expression has a test method", { [a]: "/x/.test(y); pattern.test(only)" }, []],
]);
