// Tests of where the platform may be touched.
import { table } from "../table.ts";
import { platform } from "./platform.ts";

table(platform, [
  ["a pure package has no node modules", { "packages/std/src/a.ts": `import "node:fs"` }, ["packages/std/src/a.ts:1"]],
  ["nor under their old names", { "packages/std/src/a.ts": `import fs from "fs"` }, ["packages/std/src/a.ts:1"]],
  ["nor npm packages", { "packages/std/src/a.ts": `import "ws"` }, ["packages/std/src/a.ts:1"]],
  [
    "a file name does not make a package less pure",
    { "packages/std/src/a.node.ts": `import "node:fs"` },
    ["packages/std/src/a.node.ts:1"],
  ],
  ["its tests run on node", { "packages/std/src/a.test.ts": `import "node:test"` }, []],
  ["a node package keeps node modules in *.node.ts", { "packages/host/src/a.node.ts": `import "node:fs"` }, []],
  [
    "and nowhere else",
    { "packages/host/src/a.ts": `import type { Stats } from "node:fs"` },
    ["packages/host/src/a.ts:1"],
  ],
  [
    "relative and sibling imports are no platform",
    { "packages/api/src/a.ts": `import "./b.ts"; import "@knots/std"` },
    [],
  ],
]);
