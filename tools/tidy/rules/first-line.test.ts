// Tests of the first line of a file.
import { table } from "../table.ts";
import { firstLine } from "./first-line.ts";

table(firstLine, [
  ["a sentence in a comment", { "packages/std/src/a.ts": "// Keeps the time.\nx" }, []],
  ["below the line that names the program", { "tools/a.mjs": "#!/usr/bin/env node\n// Keeps the time.\nx" }, []],
  ["code first", { "packages/std/src/a.ts": "x\n// Keeps the time." }, ["packages/std/src/a.ts:1"]],
  ["one word says no job", { "packages/std/src/a.ts": "// Clock" }, ["packages/std/src/a.ts:1"]],
  [
    "a block comment is not the house's way",
    { "packages/std/src/a.ts": "/** Keeps the time. */" },
    ["packages/std/src/a.ts:1"],
  ],
]);
