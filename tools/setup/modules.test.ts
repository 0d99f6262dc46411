// Tests of deciding whether npm has anything to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Lock, unlike } from "./modules.mjs";

const machine = { os: "linux", cpu: "x64", libc: "glibc" };
const ws = { "node_modules/ws": { version: "8.23.0" } };

const rows: readonly (readonly [sentence: string, wanted: Lock["packages"], found: Lock["packages"], named: string])[] =
  [
    ["what is there in the right version needs nothing", ws, ws, ""],
    ["an empty folder lacks everything", ws, undefined, "node_modules/ws"],
    ["another version is wrong", ws, { "node_modules/ws": { version: "8.0.0" } }, "node_modules/ws"],
    ["what the lockfile does not know does no harm", {}, ws, ""],
    [
      "the repository and its workspaces are not in node_modules",
      { "": {}, "packages/std": { version: "0.1.0" } },
      {},
      "",
    ],
    ["a workspace must be linked", { "node_modules/@knots/std": { link: true } }, {}, "node_modules/@knots/std"],
    [
      "an optional package for another processor is not missed",
      { "node_modules/a": { optional: true, cpu: ["arm64"] } },
      {},
      "",
    ],
    [
      "one for this processor is",
      { "node_modules/a": { optional: true, os: ["linux"], cpu: ["x64"] } },
      {},
      "node_modules/a",
    ],
    [
      "one for another C library is not",
      { "node_modules/a": { optional: true, cpu: ["x64"], libc: ["musl"] } },
      {},
      "",
    ],
  ];

for (const [sentence, wanted, found, named] of rows) {
  test(sentence, () => {
    const lock = wanted === undefined ? {} : { packages: wanted };
    const installed = found === undefined ? {} : { packages: found };
    assert.equal(unlike(lock, installed, machine).join(" "), named);
  });
}
