// Who reaches a cluster from another machine: nobody, until --expose; then sites and node ports, and nothing else.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Ingress, Service } from "@knots/api";
import { platformImages } from "@knots/delivery";
import { ensureImage, ensurePart, nginx, parts, pause, run, startContainerd } from "@knots/host";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { adminClient, kts, program, until, up } from "./cluster/kts.ts";
import { createSite, podsOf, rolledOut } from "./cluster/workload.ts";

const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-expose-"));
const images = join(dataDir, "images");
const ports = { api: 6443, http: 80, https: 443 };
const HOST = "hello.localhost";
const NODE_PORT = 30080;
const OUTSIDE = "outside";
/** Our end of the wire to the other machine. */
const OURS = "198.51.100.1";
/** Our end of the machine's way out. */
const UPLINK = "192.0.2.10";
const NODE = "10.244.0.1";
const REFUSED = "curl 7";
const SILENCE = "curl 28";

async function prepare(): Promise<void> {
  for (const part of [parts.containerd, parts.haproxy, parts.registry]) await ensurePart(part, { dataDir });
  for (const image of platformImages({ images })) await image.make();
  for (const recipe of [nginx, pause]) await ensureImage(recipe, { images });
}

if (!insideMachine()) after(() => rmSync(dataDir, { recursive: true, force: true }));

/** Another machine on a wire, which sends everything for the cluster's networks to us. */
async function addOutside(): Promise<void> {
  const inside = ["ip", "-n", OUTSIDE];
  for (const argv of [
    ["ip", "netns", "add", OUTSIDE],
    ["ip", "link", "add", "wan0", "type", "veth", "peer", "name", "wan1", "netns", OUTSIDE],
    ["ip", "address", "add", `${OURS}/24`, "dev", "wan0"],
    ["ip", "link", "set", "wan0", "up"],
    [...inside, "address", "add", "198.51.100.2/24", "dev", "wan1"],
    [...inside, "link", "set", "lo", "up"],
    [...inside, "link", "set", "wan1", "up"],
    [...inside, "route", "add", "default", "via", OURS],
  ])
    await run(argv);
}

async function removeOutside(): Promise<void> {
  await run(["ip", "link", "delete", "wan0"]);
  await run(["ip", "netns", "delete", OUTSIDE]);
}

const ask = ["-sk", "--connect-timeout", "2", "--max-time", "5", "-H", `Host: ${HOST}`];
async function curl(prefix: readonly string[], url: string): Promise<string> {
  const [first, ...rest] = [...prefix, "curl", ...ask, url];
  const { code, out } = await program(first, rest);
  return code === 0 ? (/Welcome to nginx/.exec(out)?.[0] ?? out) : `curl ${code}`;
}
const fromOutside = (url: string): Promise<string> => curl(["ip", "netns", "exec", OUTSIDE], url);
const fromHere = (url: string): Promise<string> => curl([], url);

/** What nobody outside may reach, exposed or not; `pod` and `service` are addresses inside the cluster. */
function closedToAll(pod: string, service: string): readonly (readonly [url: string, how: string])[] {
  return [
    [`https://${OURS}:6443/healthz`, REFUSED],
    [`https://${OURS}:6481/`, REFUSED],
    [`https://${OURS}:6480/`, REFUSED],
    [`https://${OURS}:10250/`, REFUSED],
    [`https://${NODE}:6443/healthz`, SILENCE],
    [`https://${NODE}:10250/`, SILENCE],
    [`http://${NODE}/`, SILENCE],
    [`http://${pod}/`, SILENCE],
    [`http://${service}/`, SILENCE],
  ];
}

async function start(...more: readonly string[]): Promise<void> {
  const { code, out, err } = await up(dataDir, ports, ...more);
  assert.equal(code, 0, `${out}\n${err}`);
}

/** Addresses of a pod and of the service, and what the Ingress shows, when the site has come up. */
async function placesOf(): Promise<{ readonly pod: string; readonly service: string; readonly shown: string }> {
  const { client, close } = await adminClient(dataDir);
  try {
    await until("the site answers", async () => (await fromHere("http://127.0.0.1/")) === "Welcome to nginx");
    await rolledOut(client, "web");
    const name = { namespace: "default", name: "web" };
    let shown = "";
    await until("the Ingress shows an address", async () => {
      shown = (await client.get(Ingress, name)).status?.loadBalancer?.ingress?.[0]?.ip ?? "";
      return shown !== "";
    });
    const [pod] = await podsOf(client, "web");
    return { pod: pod?.ip ?? "", service: (await client.get(Service, name)).spec.clusterIP ?? "", shown };
  } finally {
    close();
  }
}

function suite(): void {
  describe("from another machine", () => {
    before(async () => {
      await addOutside();
      await start();
      const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
      await containerd.importImage(await ensureImage(nginx, { images }));
      const { client, close } = await adminClient(dataDir);
      await createSite(client, "web", { host: HOST, replicas: 1 });
      await client.create(Service, {
        metadata: { name: "node", namespace: "default" },
        spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, nodePort: NODE_PORT }] },
      });
      close();
    });
    after(async () => {
      const { out } = await kts("down", "--data-dir", dataDir);
      assert.match(out, /The cluster is stopped/);
      assert.doesNotMatch(out, /Left behind/);
      await rm(`${dataDir}/store`, { recursive: true, force: true });
      await removeOutside();
    });

    test("without --expose nothing answers outside, also not to who sends the cluster's networks our way", async () => {
      const { pod, service, shown } = await placesOf();
      assert.equal(shown, "127.0.0.1");
      assert.equal(await fromHere(`http://127.0.0.1:${NODE_PORT}/`), "Welcome to nginx");
      assert.equal(await fromHere(`http://${service}/`), "Welcome to nginx");
      for (const [url, how] of [
        [`http://${OURS}/`, REFUSED],
        [`https://${OURS}/`, REFUSED],
        [`http://${OURS}:${NODE_PORT}/`, REFUSED],
        [`http://${UPLINK}:${NODE_PORT}/`, REFUSED],
        ...closedToAll(pod, service),
      ] as const)
        assert.equal(await fromOutside(url), how, url);
    });

    test("with --expose sites and node ports answer on every address, and still nothing else", async () => {
      await kts("down", "--data-dir", dataDir);
      await start("--expose");
      const { pod, service, shown } = await placesOf();
      assert.equal(shown, UPLINK);
      for (const address of [OURS, UPLINK])
        for (const url of [`http://${address}/`, `https://${address}/`, `http://${address}:${NODE_PORT}/`])
          assert.equal(await fromOutside(url), "Welcome to nginx", url);
      for (const [url, how] of closedToAll(pod, service)) assert.equal(await fromOutside(url), how, url);
    });
  });
}

testInMachine(import.meta, suite, { prepare, env: { KNOTS_TEST_DATA: dataDir }, timeout: 300_000 });
