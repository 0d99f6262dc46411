// `kts store` as people use it: the past, a check, a backup of a running cluster, a disaster and the way back.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ConfigMap, Secret } from "@knots/api";
import { createClient } from "@knots/client";
import { connectionOf, createHttpsTransport, readKubeconfig } from "@knots/host";
import { freePort, ktsWith, type Result } from "../../testkit/kts.ts";

const HIDDEN = "infra-red-and-secret";

describe("the store of a cluster", () => {
  let folder: string;
  let port: number;
  const data = (): string => join(folder, "data");
  const store = (...args: readonly string[]): Promise<Result> =>
    ktsWith(folder)(["store", ...args, "--data-dir", data()]);
  const up = async (): Promise<void> => {
    const options = ["--detach", "--runtime", "simulated", "--nodes", "1", "--data-dir", data()];
    const { code, err } = await ktsWith(folder)(["up", ...options, "--api-port", String(port)]);
    assert.equal(code, 0, err);
  };
  const down = async (): Promise<void> => {
    const { code, err } = await ktsWith(folder)(["down", "--data-dir", data()]);
    assert.equal(code, 0, err);
  };
  async function ok(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await store(...args);
    assert.equal(code, 0, `kts store ${args.join(" ")}: ${err}`);
    return out;
  }
  async function refused(...args: readonly string[]): Promise<string> {
    const { code, err } = await store(...args);
    assert.equal(code, 1, `kts store ${args.join(" ")} was not refused`);
    return err;
  }
  async function withClient<T>(work: (client: ReturnType<typeof createClient>) => Promise<T>): Promise<T> {
    const path = join(data(), "kubeconfig");
    const config = await readKubeconfig(path);
    assert.ok(config);
    const transport = createHttpsTransport(await connectionOf(config, path));
    try {
      return await work(createClient(transport));
    } finally {
      transport.close();
    }
  }
  const write = (value: string): Promise<ConfigMap> =>
    withClient(async (client) => {
      const target = { namespace: "default", name: "color" };
      const [found] = (await client.list(ConfigMap, { namespace: "default" })).items.filter(
        ({ metadata }) => metadata.name === target.name,
      );
      if (found) return client.update(ConfigMap, { ...found, data: { value } });
      return client.create(ConfigMap, { metadata: target, data: { value } });
    });
  const read = (): Promise<string | undefined> =>
    withClient(async (client) => {
      const { data: values } = await client.get(ConfigMap, { namespace: "default", name: "color" });
      return values?.["value"];
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "knots-store-"));
    port = await freePort();
  });
  after(async () => {
    await ktsWith(folder)(["down", "--purge", "--data-dir", data()]);
    await rm(folder, { recursive: true });
  });

  test("without a cluster, every command says what to do", async () => {
    assert.match(await refused("check"), /There is no store in .*kts up/);
    assert.match(await refused("backup", join(folder, "b")), /There is no store in/);
    assert.match(await refused("history"), /No cluster runs/);
    assert.match(await refused("restore", join(folder, "missing")), /There is no file/);
    await assert.rejects(readdir(data()), { code: "ENOENT" }, "and nothing is made");
  });

  test("a running cluster is checked, backed up and asked about its past", async () => {
    await up();
    await write("red");
    const metadata = { namespace: "default", name: "hidden" };
    await withClient((client) => client.create(Secret, { metadata, stringData: { color: HIDDEN } }));
    assert.match(await ok("check"), /The store is sound: revision \d+/);
    const words = await ok("backup", join(folder, "backup"));
    assert.match(words, /revision \d+, \d+ keys/);
    assert.ok(words.includes(`cannot be read without ${join(data(), "pki", "encryption.yaml")}: keep a copy`), words);
    assert.equal((await stat(join(folder, "backup"))).mode & 0o777, 0o600, "secrets are in it");
    const copy = await readFile(join(folder, "backup"));
    for (const text of [HIDDEN, btoa(HIDDEN)]) assert.ok(!copy.includes(text), "encrypted");
    assert.match(await refused("backup", join(folder, "backup")), /exists already/);
    await write("blue");
    const history = await ok("history", "cm/color");
    assert.match(history, /^\d+ +\d{4}-.* +created\n\d+ +\d{4}-.* +modified\n/m);
    assert.match(history, /kubectl --server https:\/\/127\.0\.0\.1:\d+\/at\/\d+ get pods/);
    assert.match(await refused("history", "color"), /TYPE\/NAME/);
    assert.match(await refused("restore", join(folder, "backup")), /Stop the cluster first/);
    assert.match(await refused("compact", "--revision", "x"), /takes a revision number/);
    assert.match(await ok("compact"), /begins at revision \d+/);
    assert.match(await ok("history", "cm/color"), /did not exist|modified/);
  });

  test("after a disaster, the backup brings the state back, and revisions go on", async () => {
    const before = Number((await write("green")).metadata.resourceVersion);
    await down();
    const files = (await readdir(join(data(), "store"))).filter((name) => name.startsWith("log-"));
    const path = join(data(), "store", files.sort((a, b) => (a < b ? -1 : 1)).at(-1) ?? "");
    const bytes = await readFile(path);
    bytes[Math.floor(bytes.length / 3)] = (bytes[Math.floor(bytes.length / 3)] ?? 0) ^ 1;
    await writeFile(path, bytes);
    assert.match(await refused("check"), /is damaged at byte \d+.*kts store restore FILE/);
    const restored = await ok("restore", join(folder, "backup"));
    assert.match(restored, /could not be read.*\n.*is kept in .*before-restore-/);
    await up();
    assert.equal(await read(), "red");
    const hidden = await withClient((client) => client.get(Secret, { namespace: "default", name: "hidden" }));
    assert.equal(atob(hidden.data?.["color"] ?? ""), HIDDEN, "the key is the one of the backup");
    assert.ok(Number((await write("yellow")).metadata.resourceVersion) > before, "no revision is used twice");
    await down();
    assert.match(await ok("check"), /sound/, "a stopped cluster's store is checked, too");
    assert.match(await ok("backup", join(folder, "second")), /keys/);
    assert.match(await ok("compact"), /begins at/);
  });
});
