// Tests of the two reservations.
import { table } from "../table.ts";
import { reserved } from "./reserved.ts";

table(reserved, [
  ["the API server uses the store", { "packages/apiserver/src/a.ts": `import "@knots/store"` }, []],
  [
    "the kubelet does not",
    { "packages/kubelet/src/a.ts": `import type { Store } from "@knots/store"` },
    ["packages/kubelet/src/a.ts:1"],
  ],
  ["the kubelet speaks CRI", { "packages/kubelet/src/a.ts": `const s = "runtime.v1.RuntimeService"` }, []],
  [
    "others do not",
    { "packages/host/src/a.ts": `\nconst s = "/runtime.v1.ImageService/PullImage"` },
    ["packages/host/src/a.ts:2"],
  ],
  ["a test may", { "packages/kubelet/src/a.test.ts": `import "@knots/store"` }, []],
]);
