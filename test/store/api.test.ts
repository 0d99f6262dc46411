// The API server's own tests once more, on a real etcd.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startEtcd } from "../../testkit/etcd/cluster.node.ts";
import { skipWithoutEtcd } from "../../testkit/etcd/part.ts";

const top = fileURLToPath(new URL("../../", import.meta.url));
const FILES = [
  "server.test.ts",
  "cache/watch.test.ts",
  "encryption/at-rest*.test.ts",
  "authorization/authorization.test.ts",
  "http/*.test.ts",
];
/** These look at the embedded engine itself, or at no store at all. */
const ELSEWHERE =
  /past\.test|slow-disk|fuzz|\/(path|discovery|openapi-wire|requests|flow-control|defaults|field-selectors)\.test/;

test("the API server's tests pass on etcd", { skip: await skipWithoutEtcd(), timeout: 300_000 }, async () => {
  const files = globSync(
    FILES.map((file) => `packages/apiserver/src/${file}`),
    { cwd: top },
  );
  const wanted = files.filter((file) => !ELSEWHERE.test(file));
  assert.ok(wanted.length >= 5, wanted.join(" "));
  const etcd = await startEtcd();
  try {
    // The runner would take a child of its own kind for a part of itself.
    const { NODE_TEST_CONTEXT: _ours, ...around } = process.env;
    const env = { ...around, KNOTS_TEST_ETCD: etcd.urls.join(",") };
    const args = ["--test", "--test-concurrency=1", "--test-timeout=60000", ...wanted];
    const failed = await new Promise<string | undefined>((resolve) => {
      execFile(process.execPath, args, { cwd: top, env, maxBuffer: 64 * 1024 * 1024 }, (error, out) =>
        resolve(error ? out.slice(Math.max(0, out.indexOf("✖ failing tests"))) : undefined),
      );
    });
    assert.equal(failed, undefined);
  } finally {
    await etcd.stop();
  }
});
