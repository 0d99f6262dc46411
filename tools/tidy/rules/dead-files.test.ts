// Tests of finding files that nobody uses.
import { table } from "../table.ts";
import { deadFiles } from "./dead-files.ts";

table(deadFiles, [
  [
    "an imported file lives",
    { "packages/std/src/index.ts": `export * from "./a.ts"`, "packages/std/src/a.ts": "" },
    [],
  ],
  ["a lonely file is dead", { "packages/std/src/a.ts": "" }, ["packages/std/src/a.ts:1"]],
  [
    "a file that imports only itself is dead",
    { "packages/std/src/a.ts": `import "./a.ts"` },
    ["packages/std/src/a.ts:1"],
  ],
  [
    "tests, mains and indexes are roots",
    { "packages/cli/src/main.node.ts": "", "packages/std/src/a.test.ts": "", "packages/std/src/index.ts": "" },
    [],
  ],
  [
    "a worker is named by a string",
    { "packages/std/src/index.ts": `new URL("./w.ts", import.meta.url)`, "packages/std/src/w.ts": "" },
    [],
  ],
  [
    "by its bare name too",
    { "packages/std/src/index.ts": `join(import.meta.dirname, "w.ts")`, "packages/std/src/w.ts": "" },
    [],
  ],
  [
    "a script is named in package.json",
    { "package.json": `{"scripts":{"x":"node tools/x.ts"}}`, "tools/x.ts": "", "tools/y.ts": "" },
    ["tools/y.ts:1"],
  ],
]);
