// Kubeconfig files: what stock kubectl reads from ours, and that merging keeps what was there.
import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  connectionOf,
  KubeconfigError,
  kubeconfigFor,
  mergeKubeconfigs,
  readKubeconfig,
  writeKubeconfig,
} from "./kubeconfig.node.ts";

const connection = { server: "https://127.0.0.1:6443", authority: "CA", certificate: "CERT", key: "KEY" };

test("a written file is private and reads back to the same connection", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-kubeconfig-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "config");
  await writeKubeconfig(path, kubeconfigFor("knots", connection));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const config = await readKubeconfig(path);
  assert.ok(config);
  assert.deepEqual(await connectionOf(config, path), connection);
  await assert.rejects(connectionOf(config, path, "other"), /no context named "other"/);
});

test("merging replaces entries of the same name, keeps others and unknown fields, and switches the context", () => {
  const mine = { ...kubeconfigFor("mine", { server: "https://a", token: "t" }), preferences: { colors: true } };
  const once = mergeKubeconfigs(mine, kubeconfigFor("knots", connection));
  const twice = mergeKubeconfigs(once, kubeconfigFor("knots", { ...connection, server: "https://b" }));
  assert.deepEqual(
    twice.clusters.map(({ name, cluster }) => [name, cluster.server]),
    [
      ["mine", "https://a"],
      ["knots", "https://b"],
    ],
  );
  assert.equal(twice["current-context"], "knots");
  assert.deepEqual((twice as { preferences?: unknown }).preferences, { colors: true });
});

test("files that are missing, empty or something else", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-kubeconfig-"));
  t.after(() => rm(folder, { recursive: true }));
  assert.equal(await readKubeconfig(join(folder, "none")), undefined);
  await writeFile(join(folder, "empty"), "");
  assert.equal((await readKubeconfig(join(folder, "empty")))?.kind, "Config");
  await writeFile(join(folder, "other"), "kind: Pod\n");
  await assert.rejects(readKubeconfig(join(folder, "other")), KubeconfigError);
});
