// Tests of the ranks between packages.
import { table } from "../table.ts";
import { ranks } from "./ranks.ts";

table(ranks, [
  ["a lower rank may be imported", { "packages/api/src/a.ts": `import { x } from "@knots/std"` }, []],
  [
    "a higher rank may not",
    { "packages/std/src/a.ts": `\nimport type { x } from "@knots/api"` },
    ["packages/std/src/a.ts:2"],
  ],
  [
    "the same rank may not",
    { "packages/kubelet/src/a.ts": `import { x } from "@knots/apiserver"` },
    ["packages/kubelet/src/a.ts:1"],
  ],
  ["a test may", { "packages/std/src/a.test.ts": `import { x } from "@knots/api"` }, []],
  [
    "an unknown package has no rank",
    { "packages/cli/src/a.ts": `import "@knots/nobody"` },
    ["packages/cli/src/a.ts:1"],
  ],
  [
    "a manifest may not declare what an import may not use",
    { "packages/std/package.json": `{"dependencies":{"@knots/api":"1"}}` },
    ["packages/std/package.json:1"],
  ],
  [
    "the test kit is for tests",
    { "packages/std/src/a.ts": `import { aPod } from "../../../testkit/pods.ts"` },
    ["packages/std/src/a.ts:1"],
  ],
]);
