// Tests of declared dependencies.
import { table } from "../table.ts";
import { declared } from "./declared.ts";

const manifest = { "packages/host/package.json": `{"dependencies":{"ws":"1","@knots/std":"1","@peculiar/x509":"1"}}` };

table(declared, [
  [
    "a declared package may be imported",
    { ...manifest, "packages/host/src/a.ts": `import "ws"; import "@knots/std"` },
    [],
  ],
  ["so may a path inside it", { ...manifest, "packages/host/src/a.ts": `import "@peculiar/x509/build/x.js"` }, []],
  [
    "an undeclared one may not",
    { ...manifest, "packages/host/src/a.ts": `import "tar-stream"` },
    ["packages/host/src/a.ts:1"],
  ],
  [
    "an undeclared sibling neither",
    { ...manifest, "packages/host/src/a.ts": `import "@knots/api"` },
    ["packages/host/src/a.ts:1"],
  ],
  [
    "product code may not use development packages",
    { ...manifest, "packages/host/src/a.ts": `import "fast-check"` },
    ["packages/host/src/a.ts:1"],
  ],
  ["tests may", { ...manifest, "packages/host/src/a.test.ts": `import "fast-check"; import "@knots/api"` }, []],
  [
    "tests may not use what nobody declared",
    { ...manifest, "packages/host/src/a.test.ts": `import "jose"` },
    ["packages/host/src/a.test.ts:1"],
  ],
  [
    "node's own modules need no declaration",
    { ...manifest, "packages/host/src/a.node.ts": `import "node:fs"; import "fs"` },
    [],
  ],
]);
