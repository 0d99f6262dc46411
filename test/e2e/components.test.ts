// Components apart: API server, controllers and scheduler as three processes that meet over HTTPS.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Deployment, Namespace, Node, Pod, ServiceAccount } from "@knots/api";
import { type Client, createClient } from "@knots/client";
import {
  createHttpsTransport,
  type HttpsTransport,
  kubeconfigFor,
  openPki,
  startDetached,
  stopDetached,
  writeKubeconfig,
} from "@knots/host";
import { realClock } from "@knots/std";
import { kts, until } from "./cluster/kts.ts";

const KTS = new URL("../../bin/kts", import.meta.url).pathname;
const PARTS = ["apiserver", "controller-manager", "scheduler"];

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

describe("components apart", () => {
  let folder: string;
  let transport: HttpsTransport;
  let client: Client;
  const daemon = (part: string) => ({ record: join(folder, `${part}.json`), log: join(folder, `${part}.log`) });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "knots-components-"));
    const port = await freePort();
    const pki = await openPki(join(folder, "pki"), () => realClock.now());
    const admin = await pki.leaf("admin", { user: "admin", groups: ["system:masters"], usages: ["client"] });
    const connection = { server: `https://127.0.0.1:${port}`, authority: pki.authority.certificate, ...admin };
    await writeKubeconfig(join(folder, "kubeconfig"), kubeconfigFor("apart", connection));
    const start = (part: string, ...args: readonly string[]) =>
      startDetached({ ...daemon(part), argv: [KTS, part, ...args] });
    await start("apiserver", "--data-dir", folder, "--secure-port", String(port));
    transport = createHttpsTransport(connection);
    client = createClient(transport);
    await until("the API server answers", async () => (await client.list(Namespace)).items.length > 0);
    for (const part of ["controller-manager", "scheduler"])
      await start(part, "--kubeconfig", join(folder, "kubeconfig"));
  });
  after(async () => {
    transport.close();
    for (const part of PARTS.toReversed()) assert.equal(await stopDetached(daemon(part)), "stopped", part);
    await rm(folder, { recursive: true, force: true });
  });

  test("controllers make what belongs to a namespace, and the scheduler places the pods of a Deployment", async () => {
    await client.create(Namespace, { metadata: { name: "a" } });
    await until(
      "the default account is there",
      async () => (await client.find(ServiceAccount, { namespace: "a", name: "default" })) !== undefined,
    );
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } };
    await client.create(Deployment, {
      metadata: { name: "web", namespace: "a" },
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    });
    const conditions = [{ type: "Ready", status: "True" as const }];
    const capacity = { cpu: "4", memory: "8Gi", pods: "110" };
    await client.create(Node, { metadata: { name: "n1" } });
    // A patch: the node controller writes to the new node at the same time.
    const body = { status: { capacity, allocatable: capacity, conditions } };
    await client.patch(Node, { name: "n1" }, { type: "application/merge-patch+json", body }, { subresource: "status" });
    await until("both pods are placed", async () => {
      const { items } = await client.list(Pod, { namespace: "a" });
      return items.length === 2 && items.every(({ spec }) => spec.nodeName === "n1");
    });
  });

  test("a kubeconfig that is not there is named", async () => {
    const { code, err } = await kts("scheduler", "--kubeconfig", join(folder, "none"));
    assert.equal(code, 1);
    assert.match(err, /^kts: The file .*none given by --kubeconfig cannot be read\./m);
  });
});
