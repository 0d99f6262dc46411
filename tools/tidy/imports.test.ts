// Tests of finding imports in every form that TypeScript knows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { importsOf } from "./imports.ts";
import { lex } from "./lex.ts";

const rows: readonly (readonly [sentence: string, text: string, specifiers: string])[] = [
  [
    "named, default, namespace and bare imports",
    `import {a} from "1"; import b, {c} from "2"; import * as d from "3"; import "4"`,
    "1 2 3 4",
  ],
  ["imports of types only", `import type { A } from "1"; import { type B } from "2"; type C = import("3").C`, "1 2 3"],
  [
    "re-exports",
    `export { a } from "1"; export * from "2"; export * as b from "3"; export type { C } from "4"`,
    "1 2 3 4",
  ],
  ["dynamic imports with a literal", `const a = await import("1")`, "1"],
  ["an export of a value is no import", `export const a = { from: "x" }; export { a };\nimport.meta.url`, ""],
  ["a property called import is no import", `x.import("y"); const z = { import: "y" }`, ""],
  ["an export list is not joined to the next import", `export { a };\nimport { b } from "1"`, "1"],
  ["text in strings and comments is no import", `// import "x"\nconst a = 'import "y"'`, ""],
];

for (const [sentence, text, expected] of rows) {
  test(sentence, () => {
    const specifiers = importsOf(lex(text).tokens).map((i) => i.specifier);
    assert.equal(specifiers.join(" "), expected);
  });
}

test("names are those of the other file", () => {
  const [first] = importsOf(lex(`import { type A, b as c, type } from "x"`).tokens);
  assert.deepEqual(first?.names, ["A", "b"]);
});
