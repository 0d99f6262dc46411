// The network for real, in a machine of its own: pods are namespaces joined by the CNI plugins, rules are the kernel's.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ensurePart, parts, run } from "@knots/host";
import { RangeTakenError } from "@knots/network";
import { insideMachine } from "../../testkit/machine/machine.node.ts";
import { testInMachine } from "../../testkit/machine/tests.node.ts";
import { dialTcp, dialUdp } from "./network/agent.ts";
import { addOutsider, type TestPod } from "./network/pods.ts";
import { type Stage, startStage } from "./network/stage.ts";

const dataDir = process.env["KNOTS_TEST_DATA"] ?? mkdtempSync(join(tmpdir(), "knots-network-"));
const FORWARD = "/proc/sys/net/ipv4/ip_forward";
const UPLINK = "192.0.2.10";
const OUTSIDE = "198.51.100.2";
const OURS = "198.51.100.1";

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? error);
/** Dials from the host itself. */
const fromHost = (host: string, port: number): Promise<string> => dialTcp(host, port).catch(codeOf);
const nameOf = (answer: string): string => answer.split(" ")[0] ?? "";
const to = (...pods: readonly TestPod[]) => pods.map(({ address }) => ({ addresses: [address] }));

async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let done = 0; done < count; done++) results.push(await work());
  return results;
}

async function start(id: string, pods: number, serviceRange: string, exposed = false): Promise<Stage> {
  const part = await ensurePart(parts.containerd, { dataDir });
  const dnsAddress = serviceRange.replace("0.0/12", "0.10");
  return await startStage({ id, part, folder: dataDir, pods, serviceRange, dnsAddress, exposed });
}

if (!insideMachine()) after(() => rmSync(dataDir, { recursive: true, force: true }));

testInMachine(
  import.meta,
  () => {
    const forwardAtFirst = readFileSync(FORWARD, "utf8");
    let stage: Stage;
    let [one, two, three]: TestPod[] = [];
    const pods = (): readonly [TestPod, TestPod, TestPod] => [
      one ?? assert.fail(),
      two ?? assert.fail(),
      three ?? assert.fail(),
    ];

    before(async () => {
      // The machine begins with its host's value; what is proved here is that zero comes back.
      writeFileSync(FORWARD, "0");
      stage = await start("aaaaaa", 244, "10.96.0.0/12");
      one = await stage.pod("one");
      two = await stage.pod("two");
      three = await stage.pod("three");
      await stage.service("web", { clusterIP: "10.96.0.7", ports: [{ port: 80 }] });
      await stage.endpoints("web", to(...pods()));
    });
    test("a service spreads over its three endpoints, seen from a pod and from the host", async () => {
      const [client] = pods();
      for (const dial of [() => client.tcp("10.96.0.7", 80), () => fromHost("10.96.0.7", 80)]) {
        const counts = Object.groupBy((await times(90, dial)).map(nameOf), (name) => name);
        assert.deepEqual(Object.keys(counts).sort(), ["one", "three", "two"]);
        for (const hits of Object.values(counts)) assert.ok((hits?.length ?? 0) > 10, JSON.stringify(counts));
      }
    });

    test("pods and host keep their source address towards pods, directly and through a service", async () => {
      const [client, server] = pods();
      await stage.service("keep", { clusterIP: "10.96.0.8", ports: [{ port: 80 }] });
      await stage.endpoints("keep", to(server));
      assert.equal(await client.tcp(server.address, 8080), `two ${client.address}`);
      assert.equal(await client.tcp("10.96.0.8", 80), `two ${client.address}`);
      assert.equal(await fromHost(server.address, 8080), `two ${stage.network.gateway}`);
      assert.equal(await fromHost("10.96.0.8", 80), `two ${stage.network.gateway}`);
    });

    test("a pod reaches itself through its service", async () => {
      const [client] = pods();
      await stage.service("self", { clusterIP: "10.96.0.9", ports: [{ port: 80 }] });
      await stage.endpoints("self", to(client));
      assert.equal(await client.tcp("10.96.0.9", 80), `one ${stage.network.gateway}`);
    });

    test("a client with affinity stays, across a change of other endpoints and a restart of the loop", async () => {
      const [client, , other] = pods();
      const spec = { clusterIP: "10.96.0.11", sessionAffinity: "ClientIP" as const, ports: [{ port: 80 }] };
      await stage.service("sticky", spec);
      await stage.endpoints("sticky", to(...pods()));
      const chosen = nameOf(await client.tcp("10.96.0.11", 80));
      const stays = async () => new Set((await times(12, () => client.tcp("10.96.0.11", 80))).map(nameOf));
      assert.deepEqual(await stays(), new Set([chosen]));
      await stage.endpoints("sticky", to(...pods().filter(({ name }) => name === chosen || name === other.name)));
      await stage.endpoints("sticky", to(...pods()));
      assert.deepEqual(await stays(), new Set([chosen]));
      await stage.restartServices();
      assert.deepEqual(await stays(), new Set([chosen]));
    });

    test("node ports answer on loopback and on the bridge, and nowhere else until exposed", async () => {
      const [client, server] = pods();
      const spec = { type: "NodePort" as const, clusterIP: "10.96.0.12", ports: [{ port: 80, nodePort: 30080 }] };
      await stage.service("node", spec);
      await stage.endpoints("node", to(server));
      const { gateway } = stage.network;
      for (const host of ["127.0.0.1", gateway]) assert.equal(await fromHost(host, 30080), `two ${gateway}`);
      assert.equal(await client.tcp(gateway, 30080), `two ${gateway}`);
      assert.equal(await fromHost(UPLINK, 30080), "ECONNREFUSED");
      await stage.service("node", { ...spec, externalTrafficPolicy: "Local" });
      await stage.endpoints("node", [{ addresses: [server.address], nodeName: "another" }]);
      assert.equal(await fromHost("127.0.0.1", 30080), `two ${gateway}`);
      assert.equal(await client.tcp(gateway, 30080), `two ${client.address}`);
      await stage.endpoints("node", []);
      assert.equal(await fromHost("127.0.0.1", 30080), "ECONNREFUSED");
    });

    test("a host port leads to its pod", async () => {
      const [client, server] = pods();
      const containers = [{ name: "c", ports: [{ containerPort: 8080, hostPort: 8088 }] }];
      const status = { phase: "Running" as const, podIP: server.address };
      await stage.podObject("with-port", { spec: { containers }, status });
      assert.equal(nameOf(await fromHost("127.0.0.1", 8088)), "two");
      assert.equal(await client.tcp(stage.network.gateway, 8088), `two ${client.address}`);
    });

    test("without endpoints, and at addresses and ports of no service, connections are refused at once", async () => {
      const [client] = pods();
      await stage.service("empty", { clusterIP: "10.96.0.13", ports: [{ port: 80 }] });
      for (const [host, port] of [
        ["10.96.0.13", 80],
        ["10.96.0.7", 81],
        ["10.111.1.1", 443],
      ] as const) {
        const { error, milliseconds } = await client.ask({ verb: "tcp", host, port });
        assert.equal(error, "ECONNREFUSED", `${host}:${port}`);
        assert.ok(milliseconds < 500, `${milliseconds} ms`);
        assert.equal(await fromHost(host, port), "ECONNREFUSED");
      }
      const { error } = await client.ask({ verb: "udp", host: "10.96.0.13", port: 80 });
      assert.equal(error, "ECONNREFUSED");
      await stage.endpoints("empty", to(client));
      assert.equal(nameOf(await client.tcp("10.96.0.13", 80)), "one");
      await stage.endpoints("empty", []);
      assert.equal(await client.tcp("10.96.0.13", 80), "ECONNREFUSED");
    });

    test("new connections never fail while endpoints change under them", async () => {
      const [client, a, b] = pods();
      await stage.service("moving", { clusterIP: "10.96.0.14", ports: [{ port: 80 }] });
      await stage.endpoints("moving", to(a));
      let changing = true;
      const answers: string[] = [];
      const traffic = [1, 2, 3, 4].map(async () => {
        while (changing) answers.push(await client.tcp("10.96.0.14", 80));
      });
      for (let round = 0; round < 20; round++) {
        await stage.endpoints("moving", to(a, b));
        await stage.endpoints("moving", to(b));
        await stage.endpoints("moving", to(b, client));
        await stage.endpoints("moving", to(client));
        await stage.endpoints("moving", to(a));
      }
      changing = false;
      await Promise.all(traffic);
      const failed = answers.filter((answer) => !["one", "two", "three"].includes(nameOf(answer)));
      assert.deepEqual(failed, []);
      assert.ok(answers.length > 100, `${answers.length} connections`);
    });

    test("a UDP sender with one port follows its service from a dead endpoint to a living one", async () => {
      const [client, a, b] = pods();
      await stage.service("udp", {
        type: "NodePort",
        clusterIP: "10.96.0.15",
        ports: [{ port: 53, nodePort: 30053, protocol: "UDP" }],
      });
      const udp = { port: 8080, protocol: "UDP" as const };
      const ask = async () => {
        const { answer, error } = await client.ask({ verb: "udp", host: "10.96.0.15", port: 53, from: 5353 });
        return nameOf(answer ?? error ?? "");
      };
      assert.equal(await dialUdp("127.0.0.1", 30053, 5354).catch(codeOf), "ECONNREFUSED");
      await stage.endpoints("udp", to(a), udp);
      assert.equal(await ask(), "two");
      assert.equal(nameOf(await dialUdp("127.0.0.1", 30053, 5354)), "two");
      await stage.endpoints("udp", to(b), udp);
      assert.equal(await ask(), "three");
      assert.equal(nameOf(await dialUdp("127.0.0.1", 30053, 5354)), "three");
    });

    test("DNS at its service address: services, headless pods, what does not exist", async () => {
      const [client, a, b] = pods();
      await stage.service("kube-dns", {
        clusterIP: "10.96.0.10",
        ports: [{ name: "", port: 53, protocol: "UDP" }],
      });
      await stage.endpoints("kube-dns", [{ addresses: [stage.network.gateway] }], { port: 53, protocol: "UDP" });
      await stage.service("db", { clusterIP: "None", ports: [{ port: 8080 }] });
      await stage.endpoints("db", [
        { addresses: [a.address], hostname: "db-0" },
        { addresses: [b.address], hostname: "db-1" },
      ]);
      const ask = async (name: string) => {
        const { answer, error } = await client.ask({ verb: "resolve", host: "10.96.0.10", name });
        return answer ?? error;
      };
      assert.equal(await ask("web.a.svc.cluster.local"), "10.96.0.7");
      assert.equal(await ask("db.a.svc.cluster.local"), [a.address, b.address].sort().join(" "));
      assert.equal(await ask("db-1.db.a.svc.cluster.local"), b.address);
      assert.equal(await ask("none.a.svc.cluster.local"), "ENOTFOUND");
    });

    test("outside sees the node, whose loopback no pod reaches", async () => {
      const [client] = pods();
      const outsider = await addOutsider(OUTSIDE, OURS);
      try {
        assert.equal(await client.tcp(OUTSIDE, 8080), `outsider ${OURS}`);
        const { error } = await outsider.ask({ verb: "tcp", host: OURS, port: 30080 });
        assert.equal(error, "ECONNREFUSED");
      } finally {
        await outsider.remove();
      }
      await run(["ip", "-n", "kts-aaaaaa-one", "route", "add", "127.0.0.9/32", "via", stage.network.gateway]);
      await run([
        "ip",
        "netns",
        "exec",
        "kts-aaaaaa-one",
        "sh",
        "-c",
        "echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet",
      ]);
      await run(["ip", "-n", "kts-aaaaaa-one", "route", "del", "table", "local", "127.0.0.0/8", "dev", "lo"]);
      assert.equal(await client.tcp("127.0.0.9", 8088), "TIMEOUT");
    });

    test("rules come back at once when somebody empties the machine's tables", async () => {
      const [client] = pods();
      const healed = Promise.all([
        stage.logged("the pod network's table was removed by somebody else and is back"),
        stage.logged("the table of service rules was changed by somebody else and is written anew"),
      ]);
      await run(["nft", "flush", "ruleset"]);
      await healed;
      await stage.settled();
      assert.equal(nameOf(await client.tcp("10.96.0.9", 80)), "one");
    });

    test("two clusters on one machine do not meet, and the end of one leaves the other whole", async () => {
      const [client] = pods();
      await assert.rejects(start("bbbbbb", 245, "10.96.0.0/12"), RangeTakenError);
      await assert.rejects(start("bbbbbb", 244, "10.112.0.0/12"), RangeTakenError);
      const other = await start("bbbbbb", 245, "10.112.0.0/12", true);
      const stranger = await other.pod("stranger");
      const ports = [{ port: 80, nodePort: 30099 }];
      await other.service("web", { type: "NodePort", clusterIP: "10.112.0.7", ports });
      await other.endpoints("web", to(stranger));
      assert.equal(nameOf(await stranger.tcp("10.112.0.7", 80)), "stranger");
      assert.equal(nameOf(await fromHost("10.112.0.7", 80)), "stranger");
      assert.equal(nameOf(await fromHost(UPLINK, 30099)), "stranger", "its node ports are exposed");
      const across = [
        client.tcp(stranger.address, 8080),
        client.tcp("10.112.0.7", 80),
        stranger.tcp(client.address, 8080),
        stranger.tcp("10.96.0.7", 80),
      ];
      assert.deepEqual(await Promise.all(across), Array(4).fill("TIMEOUT"));
      await stranger.remove();
      await other.remove();
      assert.equal(readFileSync(FORWARD, "utf8"), "1\n");
      assert.match(nameOf(await client.tcp("10.96.0.7", 80)), /one|two|three/);
    });

    test("everything is removed, also what a pod left that nobody took down", async () => {
      const lost = await stage.pod("lost");
      await lost.leave();
      for (const pod of pods()) await pod.remove();
      await stage.remove();
      assert.equal(readFileSync(FORWARD, "utf8"), "0\n");
      writeFileSync(FORWARD, forwardAtFirst);
    });
  },
  {
    prepare: async () => {
      await ensurePart(parts.containerd, { dataDir });
    },
    env: { KNOTS_TEST_DATA: dataDir },
  },
);
