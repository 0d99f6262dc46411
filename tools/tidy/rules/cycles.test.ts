// Tests of import cycles.
import { table } from "../table.ts";
import { cycles } from "./cycles.ts";

const src = (name: string): string => `packages/std/src/${name}.ts`;

table(cycles, [
  ["a chain is no cycle", { [src("a")]: `import "./b.ts"`, [src("b")]: `import "./c.ts"`, [src("c")]: "" }, []],
  [
    "two roads to one file are no cycle",
    { [src("a")]: `import "./b.ts"; import "./c.ts"`, [src("b")]: `import "./c.ts"`, [src("c")]: "" },
    [],
  ],
  [
    "two files that import each other are named once",
    { [src("a")]: `\nimport "./b.ts"`, [src("b")]: `import "./a.ts"` },
    [`${src("a")}:2`],
  ],
  [
    "imports of types count",
    { [src("a")]: `import type { B } from "./b.ts"`, [src("b")]: `import type { A } from "./a.ts"` },
    [`${src("a")}:1`],
  ],
  ["re-exports count", { [src("a")]: `export * from "./b.ts"`, [src("b")]: `import "./a.ts"` }, [`${src("a")}:1`]],
  ["a file that imports itself is a cycle", { [src("a")]: `import "./a.ts"` }, [`${src("a")}:1`]],
  [
    "packages that import each other are a cycle of files",
    { "packages/std/src/index.ts": `import "@knots/api"`, "packages/api/src/index.ts": `import "@knots/std"` },
    ["packages/api/src/index.ts:1"],
  ],
  [
    "the shortest round is told, entered anywhere",
    {
      [src("z")]: `import "./a.ts"`,
      [src("a")]: `import "./b.ts"`,
      [src("b")]: `import "./c.ts"; import "./a.ts"`,
      [src("c")]: `import "./a.ts"`,
    },
    [`${src("a")}:1`],
  ],
]);
