// Two control planes on one etcd, with stock kubectl: each sees the other's writes at once, they never give away the same thing twice, and one of them leads.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ConfigMap, Namespace, Service, ServiceAccount } from "@knots/api";
import { realClock } from "@knots/std";
import { type EtcdCluster, startEtcd } from "../../testkit/etcd/cluster.node.ts";
import { skipWithoutEtcd } from "../../testkit/etcd/part.ts";
import { findKubectls } from "../e2e/clients/kubectls.ts";
import { program, until } from "../e2e/cluster/kts.ts";
import { FIRST, SECOND, type Servers, type ServerUnderTest, startServers } from "./servers.ts";

const kubectl = (await findKubectls()).at(-1)?.path;
const skip = (await skipWithoutEtcd()) || (kubectl === undefined && "stock client kubectl: none found");

describe("two control planes on one etcd", { skip, timeout: 300_000 }, () => {
  let etcd: EtcdCluster;
  let servers: Servers;
  let both: readonly ServerUnderTest[];
  before(async () => {
    etcd = await startEtcd({ members: 3, tls: true });
    servers = await startServers(etcd);
    both = [servers.first, servers.second];
  });
  after(async () => {
    await servers?.stop();
    await etcd?.stop();
  });
  const stock = (server: ServerUnderTest, ...args: readonly string[]) =>
    program(kubectl ?? "kubectl", ["--kubeconfig", server.kubeconfig, ...args]);
  const ok = async (server: ServerUnderTest, ...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await stock(server, ...args);
    assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
    return out;
  };

  test("what one creates, changes and deletes, the other shows", async () => {
    const { first, second } = servers;
    await ok(first, "create", "configmap", "a", "--from-literal=k=1");
    assert.equal(await ok(second, "get", "configmap", "a", "-o", "jsonpath={.data.k}"), "1");
    await ok(second, "patch", "configmap", "a", "-p", '{"data":{"k":"2"}}');
    assert.equal(await ok(first, "get", "configmap", "a", "-o", "jsonpath={.data.k}"), "2");
    assert.match(await ok(first, "get", "configmaps"), /^a\s+1/m);
    await ok(first, "delete", "configmap", "a");
    assert.match((await stock(second, "get", "configmap", "a")).err, /"a" not found/);
  });

  test("a list by either shows every write that was acknowledged before, whoever took it", async () => {
    const scope = { namespace: "default" };
    for (let n = 0; n < 60; n++) {
      const [writer, reader] = [both[n % 2], both[(n + 1) % 2]] as [ServerUnderTest, ServerUnderTest];
      const name = `seen-${n}`;
      const made = await writer.client.create(ConfigMap, { metadata: { ...scope, name } });
      const list = await reader.client.list(ConfigMap, scope);
      assert.ok(
        list.items.some(({ metadata }) => metadata.name === name),
        `${name} is missing`,
      );
      assert.ok(Number(list.metadata.resourceVersion) >= Number(made.metadata.resourceVersion));
      await reader.client.delete(ConfigMap, { ...scope, name });
      const after = await writer.client.list(ConfigMap, scope);
      assert.ok(!after.items.some(({ metadata }) => metadata.name === name), `${name} is still there`);
    }
  });

  test("a Secret that one encrypts the other reads, and none of etcd's files shows it", async () => {
    const { first, second } = servers;
    const [hidden, shown] = ["this-is-hidden-in-etcd", "this-is-shown-in-etcd"];
    await ok(first, "create", "secret", "generic", "s", `--from-literal=k=${hidden}`);
    await ok(first, "create", "configmap", "s", `--from-literal=k=${shown}`);
    assert.equal(atob(await ok(second, "get", "secret", "s", "-o", "jsonpath={.data.k}")), hidden);
    const holding = async (text: string): Promise<readonly string[]> => {
      const files = await readdir(etcd.folder, { recursive: true, withFileTypes: true });
      const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
      const found = await Promise.all(paths.map(async (path) => (await readFile(path)).includes(text)));
      return paths.filter((_, at) => found[at]);
    };
    assert.ok((await holding(shown)).length > 0, "the search finds what is not encrypted");
    for (const text of [hidden, btoa(hidden)]) assert.deepEqual(await holding(text), []);
  });

  test("a stock watch on one follows the writes of both", async () => {
    const args = ["--kubeconfig", servers.second.kubeconfig, "get", "configmaps", "-w", "--no-headers", "-o", "name"];
    const watch = spawn(kubectl ?? "", [...args, "-l", "watched"], { stdio: ["ignore", "pipe", "inherit"] });
    let seen = "";
    watch.stdout.on("data", (text: Buffer) => {
      seen += text.toString();
    });
    // The first object is in the opening list or in the watch: either way it shows that kubectl is at work.
    for (const [n, server] of both.entries()) {
      const metadata = { namespace: "default", name: `w-${n}`, labels: { watched: "" } };
      await server.client.create(ConfigMap, { metadata });
      await until(`w-${n} is seen`, async () => seen.includes(`configmap/w-${n}`));
    }
    watch.kill();
  });

  test("a Deployment rolls out, told to one and watched on the other", async () => {
    const { first, second } = servers;
    await ok(second, "create", "deployment", "web", "--image=nginx:1", "--replicas=3");
    assert.match(await ok(first, "rollout", "status", "deployment/web", "--timeout=90s"), /successfully rolled out/);
    await ok(first, "set", "image", "deployment/web", "nginx=nginx:2");
    assert.match(await ok(second, "rollout", "status", "deployment/web", "--timeout=90s"), /successfully rolled out/);
    const images = await ok(
      second,
      "get",
      "pods",
      "-l",
      "app=web",
      "-o",
      "jsonpath={.items[*].spec.containers[0].image}",
    );
    assert.equal(images, "nginx:2 nginx:2 nginx:2");
  });

  test("addresses and ports of Services are given away once, and come back", async () => {
    const create = (n: number) => {
      const metadata = { namespace: "default", name: `s-${n}` };
      const spec = { type: "NodePort" as const, ports: [{ port: 80 }] };
      return (both[n % 2] as ServerUnderTest).client.create(Service, { metadata, spec });
    };
    const made = await Promise.all(Array.from({ length: 40 }, (_, n) => create(n)));
    assert.equal(new Set(made.map(({ spec }) => spec.clusterIP)).size, 40);
    assert.equal(new Set(made.map(({ spec }) => spec.ports?.[0]?.nodePort)).size, 40);
    await Promise.all(
      made.map(({ metadata }, n) =>
        (both[(n + 1) % 2] as ServerUnderTest).client.delete(Service, {
          namespace: "default",
          name: metadata.name ?? "",
        }),
      ),
    );
    const again = await Promise.all(Array.from({ length: 40 }, (_, n) => create(n)));
    assert.equal(new Set(again.map(({ spec }) => spec.clusterIP)).size, 40);
  });

  test("a token of one is good at the other, at once", async () => {
    const { first, second } = servers;
    await first.client.create(Namespace, { metadata: { name: "tokens" } });
    await first.client.create(ServiceAccount, { metadata: { namespace: "tokens", name: "fresh" } });
    const token = (await ok(first, "create", "token", "fresh", "-n", "tokens")).trim();
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
    const answer = await new Promise<string>((resolve, reject) => {
      const child = spawn(
        kubectl ?? "",
        [
          "--kubeconfig",
          second.kubeconfig,
          "create",
          "--validate=false",
          "-f",
          "-",
          "-o",
          "jsonpath={.status.user.username}",
        ],
        { stdio: ["pipe", "pipe", "inherit"] },
      );
      let out = "";
      child.stdout.on("data", (text: Buffer) => {
        out += text.toString();
      });
      child.once("error", reject);
      child.once("close", () => resolve(out));
      child.stdin.end(JSON.stringify(review));
    });
    assert.equal(answer, "system:serviceaccount:tokens:fresh");
  });

  test("no stale list after members are killed one after another", async () => {
    const scope = { namespace: "default" };
    let n = 0;
    for (const member of etcd.members) {
      member.signal("SIGKILL");
      for (let round = 0; round < 6; round++, n++) {
        const [writer, reader] = [both[n % 2], both[(n + 1) % 2]] as [ServerUnderTest, ServerUnderTest];
        const name = `failover-${n}`;
        await until(`${name} is written`, async () => {
          // A write whose outcome is unknown may have happened: then its name is taken.
          const done = await writer.client.create(ConfigMap, { metadata: { ...scope, name } }).catch(() => undefined);
          return (
            done !== undefined ||
            (await writer.client.find(ConfigMap, { ...scope, name }).catch(() => undefined)) !== undefined
          );
        });
        let names: readonly (string | undefined)[] = [];
        await until("the other lists", async () => {
          names = (await reader.client.list(ConfigMap, scope)).items.map(({ metadata }) => metadata.name);
          return true;
        });
        assert.ok(names.includes(name), `${name} is missing`);
      }
      await member.stop();
      await member.start();
    }
  });

  test("without a majority of members no list is answered from the cache, the server is not ready, and it recovers by itself", async () => {
    const { first } = servers;
    const lost = etcd.members.slice(1);
    await Promise.all(lost.map((member) => member.stop()));
    const { code, err } = await stock(first, "get", "configmaps");
    assert.equal(code, 1);
    assert.match(err, /etcd|timed? ?out/i);
    const cached = await ok(first, "get", "--raw", "/api/v1/namespaces?resourceVersion=0");
    assert.match(cached, /"kube-system"/, "who asks for any version is served");
    await until("not ready", async () => /etcd failed/.test((await stock(first, "get", "--raw", "/readyz")).err));
    await Promise.all(lost.map((member) => member.start()));
    await until("ready again", async () => (await stock(first, "get", "--raw", "/readyz")).out === "ok");
    await ok(first, "get", "configmaps");
  });

  test("one control plane leads; when it is killed the other takes over, and the kubernetes Service leads to it alone", async () => {
    const { second } = servers;
    const addresses = (): Promise<string> =>
      ok(second, "get", "endpointslice", "kubernetes", "-o", "jsonpath={.endpoints[*].addresses[0]}");
    const renewed = async (): Promise<number> => {
      const path = "jsonpath={.spec.renewTime}";
      return Date.parse(await ok(second, "get", "lease", "kube-controller-manager", "-n", "kube-system", "-o", path));
    };
    await until("both are shown", async () => (await addresses()) === `${FIRST} ${SECOND}`);
    const killed = realClock.now();
    await servers.killFirst();
    // Whoever led before: only the other one is left to renew the lease.
    await until("the other one leads", async () => (await renewed()) > killed + 1000);
    await until("only the other one is shown", async () => (await addresses()) === SECOND);
    await ok(second, "scale", "deployment", "web", "--replicas=5");
    assert.match(await ok(second, "rollout", "status", "deployment/web", "--timeout=90s"), /successfully rolled out/);
  });
});
