// Tests of how declarations are carried over into the published package.
import assert from "node:assert/strict";
import { test } from "node:test";
import { collect, rewrite } from "./declarations.ts";

const rows: readonly (readonly [sentence: string, place: string, before: string, after: string])[] = [
  ["a package becomes a relative path", "cluster/public.d.ts", 'from "@knots/api";', 'from "../api/index.js";'],
  ["also from a deep folder", "api/core/v1/pod.d.ts", 'from "@knots/std";', 'from "../../../std/index.js";'],
  ["also inside a type", "api/kinds.d.ts", 'import("@knots/api").Pod', 'import("./index.js").Pod'],
  ["a file beside it gets its JavaScript name", "api/kinds.d.ts", 'from "./a/pod.ts";', 'from "./a/pod.js";'],
  ["a module of Node stays", "host/x.d.ts", 'from "node:http";', 'from "node:http";'],
  ["text that is no import stays", "api/kinds.d.ts", 'name: "./pod.ts";', 'name: "./pod.ts";'],
];

for (const [sentence, place, before, after] of rows)
  test(`rewrite: ${sentence}`, () => assert.equal(rewrite(before, place), after));

test("collect: follows imports from the entry and leaves the rest", () => {
  const sources: Readonly<Record<string, string>> = {
    "packages/cluster/src/public.d.ts": 'export * from "@knots/api"; export { A } from "./a.ts";',
    "packages/cluster/src/a.d.ts": 'export { A } from "./public.ts";',
    "packages/cluster/src/b.d.ts": "",
    "packages/api/src/index.d.ts": 'export type X = import("./x.ts").X;',
    "packages/api/src/x.d.ts": "export type X = 1;",
  };
  const texts = collect((path) => sources[path] ?? assert.fail(`${path} was asked for`));
  assert.deepEqual([...texts.keys()].sort(), ["api/index.d.ts", "api/x.d.ts", "cluster/a.d.ts", "cluster/public.d.ts"]);
});
