// Tests of where real time and chance may be read.
import { table } from "../table.ts";
import { clock } from "./clock.ts";

const api = "packages/api/src/a.ts";
const host = "packages/host/src/a.node.ts";

table(clock, [
  ["std is where they enter", { "packages/std/src/a.ts": "Date.now(); setTimeout(f, 1); Math.random()" }, []],
  ["tests may read them", { "packages/api/src/a.test.ts": "Date.now()" }, []],
  ["a timer needs a clock", { [host]: "\nsetTimeout(f, 1)" }, [`${host}:2`]],
  ["also through globalThis", { [host]: "globalThis.setTimeout(f, 1)" }, [`${host}:1`]],
  ["a method of that name is somebody else's", { [host]: "socket.setTimeout(1); clock.setTimeout(f, 1)" }, []],
  ["chance needs a source", { [host]: "Math.random(); Math.max(1)" }, [`${host}:1`]],
  ["a random id too", { [host]: `import { randomUUID } from "node:crypto"` }, [`${host}:1`]],
  [
    "timers cannot be imported",
    { [host]: `import { setTimeout as sleep } from "node:timers/promises"` },
    [`${host}:1`],
  ],
  [
    "the time of now is read by Date without argument",
    { [host]: "new Date();\nDate.now()" },
    [`${host}:1`, `${host}:2`],
  ],
  ["a Date of a given time is a value in Node packages", { [host]: "const d: Date = new Date(ms)" }, []],
  ["but not in pure ones", { [api]: "new Date(ms)" }, [`${api}:1`]],
  ["a header called Date is text", { [api]: "const h = { Date: x }" }, []],
]);
