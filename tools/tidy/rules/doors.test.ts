// Tests of how packages are entered.
import { table } from "../table.ts";
import { doors } from "./doors.ts";

table(doors, [
  ["a package is imported by its name", { "packages/api/src/a.ts": `import "@knots/std"` }, []],
  [
    "a path below the name is closed",
    { "packages/api/src/a.ts": `import "@knots/std/src/clock.ts"` },
    ["packages/api/src/a.ts:1"],
  ],
  [
    "a relative path into another package too",
    { "packages/api/src/a.ts": `import "../../std/src/x.ts"` },
    ["packages/api/src/a.ts:1"],
  ],
  [
    "tests are bound as well",
    { "packages/api/src/a.test.ts": `import "../../std/src/x.ts"` },
    ["packages/api/src/a.test.ts:1"],
  ],
  [
    "so are tests between packages",
    { "test/e2e/a.test.ts": `import "../../packages/std/src/x.ts"` },
    ["test/e2e/a.test.ts:1"],
  ],
  [
    "the own index is no source",
    { "packages/api/src/core/a.ts": `import "../index.ts"` },
    ["packages/api/src/core/a.ts:1"],
  ],
  ["nor under the package's name", { "packages/api/src/a.ts": `import "@knots/api"` }, ["packages/api/src/a.ts:1"]],
  ["a test may look at the own index", { "packages/api/src/a.test.ts": `import * as all from "./index.ts"` }, []],
  ["an index of a folder is a file like another", { "packages/api/src/a.ts": `import "./core/index.ts"` }, []],
]);
