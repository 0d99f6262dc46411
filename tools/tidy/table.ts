// Test table for rules: each row is a sentence, a small repository and the places that the rule must name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { projectOf, type Rule } from "./project.ts";

/** Expected findings are written `path:line`; a row with none shows what is allowed. */
export type Row = readonly [sentence: string, files: Readonly<Record<string, string>>, found: readonly string[]];

const world: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ name: "knots", scripts: { test: "x" }, devDependencies: { "fast-check": "1" } }),
  "layers.json": JSON.stringify({
    std: { rank: 0, platform: "pure" },
    store: { rank: 1, platform: "node" },
    api: { rank: 2, platform: "pure" },
    host: { rank: 4, platform: "node" },
    apiserver: { rank: 5, platform: "node" },
    kubelet: { rank: 5, platform: "node" },
    cli: { rank: 7, platform: "node" },
  }),
};

/** Registers one test per row. Every repository starts with a root manifest and seven layers, which rows may replace. */
export function table(rule: Rule, rows: readonly Row[]): void {
  for (const [sentence, files, expected] of rows) {
    test(sentence, () => {
      const all = Object.entries({ ...world, ...files }).map(([path, text]) => ({ path, text }));
      const found = rule(projectOf(all));
      assert.deepEqual(
        found.map((f) => `${f.file}:${f.line}`),
        expected,
      );
      for (const f of found) assert.match(f.message, /: |, |;/, "a message says what is wrong and what to do");
    });
  }
}
