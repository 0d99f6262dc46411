// Tests of names of files and folders.
import { table } from "../table.ts";
import { names } from "./names.ts";

table(names, [
  [
    "words joined by hyphens, with a kind",
    { "packages/std/src/work-queue.node.test.ts": "", "packages/api/src/core/v1/pod.ts": "" },
    [],
  ],
  ["capitals", { "packages/std/src/workQueue.ts": "" }, ["packages/std/src/workQueue.ts:1"]],
  ["underscores", { "packages/std/src/work_queue.ts": "" }, ["packages/std/src/work_queue.ts:1"]],
  ["a dot before a variant", { "packages/store/src/disk.memory.ts": "" }, []],
  ["a folder with a capital", { "packages/std/src/Heap/a.ts": "" }, ["packages/std/src/Heap/a.ts:1"]],
]);
