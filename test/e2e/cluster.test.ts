// A whole cluster of real containers from one command: names, routes, rollouts without a lost request, kill -9, and nothing left.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { get as getTls } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Deployment, Pod } from "@knots/api";
import type { Client } from "@knots/client";
import { platformImages } from "@knots/delivery";
import { busybox, ensureImage, ensurePart, nginx, parts, pause, run, startContainerd } from "@knots/host";
import { startLoad } from "../../testkit/load.ts";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { adminClient, kts, pidOf, program, until, up } from "./cluster/kts.ts";
import { closing, connect, createTalk } from "./cluster/talk.ts";
import { createSite, podsOf, roll, rolledOut } from "./cluster/workload.ts";

const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-cluster-"));
const images = join(dataDir, "images");
const ports = { api: 6443, http: 80, https: 443 };
const ROLLOUTS = 20;

async function prepare(): Promise<void> {
  await ensurePart(parts.containerd, { dataDir });
  await ensurePart(parts.haproxy, { dataDir });
  await ensurePart(parts.registry, { dataDir });
  for (const image of platformImages({ images })) await image.make();
  for (const recipe of [busybox, nginx, pause]) await ensureImage(recipe, { images });
}

if (!insideMachine()) after(() => rmSync(dataDir, { recursive: true, force: true }));

/** Stock kubectl clients of this machine; in CI they must be there. */
const kubectls = (process.env["KNOTS_KUBECTLS"] ?? "").split(":").filter((path) => path !== "");

/** Resolves when a host has answered well for a second: what the API says reaches ingress a moment later. */
async function answersSteadily(host: string): Promise<void> {
  let good = 0;
  await until(`${host} answers`, async () => {
    const { code } = await program("curl", ["-sf", "-o", "/dev/null", "-H", `Host: ${host}`, "http://127.0.0.1/"]);
    good = code === 0 ? good + 1 : 0;
    return good === 20;
  });
}

/** Hooks of a suite run even while connections are open; those of a file would wait for them. */
function suite(): void {
  describe("one machine", () => {
    let client: Client;
    let close: () => void;

    before(async () => {
      const { code, out, err } = await up(dataDir, ports);
      assert.equal(code, 0, `${out}\n${err}`);
      const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
      for (const recipe of [busybox, nginx]) await containerd.importImage(await ensureImage(recipe, { images }));
      ({ client, close } = await adminClient(dataDir));
    });
    after(async () => {
      close();
      const { out } = await kts("down", "--data-dir", dataDir);
      assert.match(out, /The cluster is stopped/);
      assert.doesNotMatch(out, /Left behind/);
      await rm(`${dataDir}/store`, { recursive: true, force: true });
    });

    test("pods run, find each other by name, and are reached by host over HTTP and HTTPS", async () => {
      await createSite(client, "web", { host: "hello.localhost", replicas: 3 });
      await rolledOut(client, "web");
      const command = [
        "sh",
        "-c",
        "nslookup web.default.svc.cluster.local && wget -qO- http://web && wget -qO- http://web.default.svc.cluster.local",
      ];
      await client.create(Pod, {
        metadata: { name: "asks", namespace: "default" },
        spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.28", command }] },
      });
      await until("the asking pod ends well", async () => {
        const { status } = await client.get(Pod, { namespace: "default", name: "asks" });
        assert.notEqual(status?.phase, "Failed", JSON.stringify(status?.containerStatuses));
        return status?.phase === "Succeeded";
      });
      await until("the site answers", async () =>
        (await program("curl", ["-sf", "-H", "Host: hello.localhost", "http://127.0.0.1/"])).out.includes(
          "Welcome to nginx",
        ),
      );
      const secure = await new Promise<number | undefined>((resolve, reject) => {
        const ca = process.getBuiltinModule("node:fs").readFileSync(join(dataDir, "pki", "ca.crt"));
        getTls(
          {
            host: "127.0.0.1",
            port: ports.https,
            servername: "hello.localhost",
            headers: { host: "hello.localhost" },
            ca,
            agent: false,
          },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        ).on("error", reject);
      });
      assert.equal(secure, 200);
    });

    for (const replicas of [3, 1])
      test(`${ROLLOUTS} updates and as many rollbacks of ${replicas} replicas under 200 requests/s lose no request`, async () => {
        await client.patch(
          Deployment,
          { namespace: "default", name: "web" },
          { type: "application/merge-patch+json", body: { spec: { replicas } } },
        );
        await rolledOut(client, "web");
        const load = startLoad({ host: "hello.localhost", port: ports.http, perSecond: 200 });
        for (let round = 1; round <= ROLLOUTS; round++) {
          await roll(client, "web", replicas * 100 + round);
          await roll(client, "web", 0);
        }
        const { sent, failures } = await load.stop();
        assert.ok(sent > 1000, `only ${sent} requests`);
        assert.deepEqual(failures, []);
      });

    test("a WebSocket is told good-bye when its pod is replaced, and the next one finds the new pod", async () => {
      await createTalk(client, "talk", "talk.localhost");
      await rolledOut(client, "talk");
      await answersSteadily("talk.localhost");
      let socket = await connect("talk.localhost", ports.http);
      for (let round = 1; round <= 2; round++) {
        const closed = closing(socket);
        await roll(client, "talk", round);
        assert.equal(await closed, 1001);
        socket = await connect("talk.localhost", ports.http);
      }
      socket.terminate();
    });

    test("stock kubectl reads logs and runs commands in a pod", {
      skip: kubectls.length === 0 && "stock client kubectl is not on this machine",
    }, async () => {
      const [pod] = await podsOf(client, "web");
      assert.ok(pod);
      for (const kubectl of kubectls) {
        const call = (...args: readonly string[]) =>
          program(kubectl, ["--kubeconfig", join(dataDir, "kubeconfig"), ...args]);
        assert.match((await call("exec", pod.name, "--", "nginx", "-v")).err, /nginx version/, kubectl);
        assert.match((await call("logs", "asks")).out, /Welcome to nginx/, kubectl);
        assert.equal((await call("exec", pod.name, "--", "sh", "-c", "exit 7")).code, 7, kubectl);
      }
    });

    test("a killed container comes back in the same pod", async () => {
      const [before] = await podsOf(client, "web");
      assert.ok(before);
      const { stdout } = await run(["pgrep", "-f", "nginx: master"]);
      process.kill(Number(stdout.trim().split("\n")[0]), "SIGKILL");
      await until("the container is started again", async () => {
        const [now] = await podsOf(client, "web");
        return (
          now?.name === before.name &&
          now.ip === before.ip &&
          now.restarts === before.restarts + 1 &&
          now.id !== before.id
        );
      });
      // Until its probe passes again it leads nowhere: what follows begins with a site that is served.
      await until("it is ready again", async () => (await podsOf(client, "web"))[0]?.ready === true);
      await answersSteadily("hello.localhost");
    });

    test("kill -9 of the node process and of the control plane: pods keep running and are adopted", async () => {
      await rolledOut(client, "web");
      const before = await podsOf(client, "web");
      const load = startLoad({ host: "hello.localhost", port: ports.http, perSecond: 50 });
      for (const part of ["node", "control-plane"]) {
        const killed = await pidOf(dataDir, part);
        process.kill(killed, "SIGKILL");
        await until(
          `${part} is back`,
          async () =>
            (await pidOf(dataDir, part)) !== killed &&
            (await kts("status", "--data-dir", dataDir)).out.includes(`${part}`),
        );
      }
      close();
      await until("the API answers", async () => {
        ({ client, close } = await adminClient(dataDir));
        await client.list(Pod, { namespace: "default" });
        return true;
      });
      await roll(client, "web", 999);
      const { failures } = await load.stop();
      assert.deepEqual(failures, []);
      assert.equal(before.length, 1);
      assert.notDeepEqual(await podsOf(client, "web"), before, "a later rollout works");
    });
  });
}

testInMachine(import.meta, suite, { prepare, env: { KNOTS_TEST_DATA: dataDir }, timeout: 600_000 });
