// Tests of the notices for bundled packages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { noticeOf, packageFolders } from "./notices.ts";

test("every package of the bundle is found once, scoped and nested ones too", () => {
  const inputs = [
    "packages/std/src/clock.ts",
    "node_modules/ws/lib/a.js",
    "node_modules/ws/lib/b.js",
    "node_modules/@peculiar/x509/index.js",
    "node_modules/a/node_modules/b/index.js",
  ];
  assert.deepEqual(packageFolders(inputs), [
    "node_modules/@peculiar/x509",
    "node_modules/a/node_modules/b",
    "node_modules/ws",
  ]);
});

const known = { name: "ws", version: "8.0.0", license: "MIT", texts: ["Copyright somebody\n"] };

test("a notice names the package and quotes its files", () =>
  assert.equal(noticeOf(known), "ws 8.0.0 (MIT)\n\nCopyright somebody"));

test("a licence that nobody has read stops the pack", () => {
  assert.throws(() => noticeOf({ ...known, license: "GPL-3.0" }), /ws has the licence GPL-3.0/);
  const { license: _, ...silent } = known;
  assert.throws(() => noticeOf(silent), /ws has the licence undefined/);
});

test("a package without a licence file stops the pack", () =>
  assert.throws(() => noticeOf({ ...known, texts: [] }), /ws has no licence file/));
