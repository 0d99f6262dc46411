// Tests of starting programs without a shell.
import { table } from "../table.ts";
import { shellStrings } from "./shell-strings.ts";

const host = "packages/host/src/a.node.ts";

table(shellStrings, [
  [
    "spawn and execFile take arrays",
    { [host]: `import { spawn, execFile, execFileSync } from "node:child_process"` },
    [],
  ],
  ["exec takes a shell line", { [host]: `import { execSync } from "node:child_process"` }, [`${host}:1`]],
  ["so does the shell option", { [host]: "\nspawn(a, b, { shell: true })" }, [`${host}:2`]],
  ["a regular expression's exec is another one", { [host]: `/x/.exec(y); import { exec } from "./exec.ts"` }, []],
]);
