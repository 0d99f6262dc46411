// Tests of who reads the process's surroundings.
import { table } from "../table.ts";
import { ambient } from "./ambient.ts";

const host = "packages/host/src/a.node.ts";

table(ambient, [
  ["the command reads its arguments", { "packages/cli/src/main.node.ts": "process.argv; process.env" }, []],
  ["a component does not", { [host]: "\nconst home = process.env.HOME" }, [`${host}:2`]],
  ["nor by import", { [host]: `import { env } from "node:process"` }, [`${host}:1`]],
  ["other parts of the process are free", { [host]: "process.pid; x.env; options.argv" }, []],
  ["tests may read it", { "packages/host/src/a.test.ts": "process.env.CI" }, []],
]);
