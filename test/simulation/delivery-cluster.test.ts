// The delivery platform on the real API server: validation, defaults and roles are in force, each controller is its own account.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Build, Deployment, Ingress, Pod, Release, Service, Site } from "@knots/api";
import { authenticated } from "@knots/apiserver";
import { createInformers, runController, silentRecorder } from "@knots/client";
import { Cluster } from "@knots/cluster";
import {
  createPushRecorder,
  DEFAULT_SERVING,
  DELIVERY_ACCOUNT,
  deliveryControllers,
  ensureDeliveryRoles,
  rollBack,
  runDeliveryLoops,
} from "@knots/delivery";
import { isApiError } from "@knots/machinery";
import { createLogger, seededRandom } from "@knots/std";
import { commit, digestOf, goodScript, runBuildMachine, testSettings } from "../../testkit/platform.ts";

const HELLO = { namespace: "default", name: "hello" };
const account = (name: string) =>
  authenticated(`system:serviceaccount:kube-system:${name}`, ["system:serviceaccounts"]);

async function startDelivery(cluster: Cluster) {
  const { client, clock } = cluster;
  const complaints: string[] = [];
  const removed: string[] = [];
  const log = createLogger({ clock, level: "warn", write: (line: string) => void complaints.push(line) });
  await ensureDeliveryRoles(client);
  await ensureDeliveryRoles(client);
  const own = cluster.as(account(DELIVERY_ACCOUNT));
  const common = { clock, random: seededRandom(3), log };
  const informers = createInformers({ client: own, ...common });
  const disk = () => ({ totalBytes: 100, freeBytes: 50 * 1024 ** 3 });
  const controllers = deliveryControllers({
    builds: testSettings,
    serving: DEFAULT_SERVING,
    tokens: () => ({ clone: "c", push: "p" }),
    urlOf: (domain) => `http://${domain}`,
    pushUrlOf: (namespace, name) => `https://git.test/git/${namespace}/${name}.git`,
    disk,
  });
  const running = [
    ...controllers.map((controller) =>
      runController(controller, {
        client: cluster.as(account(controller.component)),
        informers,
        recorder: silentRecorder,
        ...common,
      }),
    ),
    ...runDeliveryLoops({
      client: own,
      informers,
      disk,
      removeRepository: async ({ namespace, name }) => void removed.push(`${namespace}/${name}`),
      lookAtHead: async () => ({ found: "nothing" }),
      ...common,
    }),
  ];
  const watching = createInformers({ client, ...common });
  const end = runBuildMachine({ client, clock, informers: watching }, goodScript);
  return {
    complaints,
    removed,
    push: createPushRecorder(own),
    async close() {
      end();
      await Promise.all(running.map((each) => each.close()));
      await Promise.all([informers.close(), watching.close()]);
    },
  };
}

test("push, switch, rollback and deletion on the real API server", async () => {
  await using cluster = await Cluster.start({ nodes: 1 });
  const { client, clock } = cluster;
  const delivery = await startDelivery(cluster);
  try {
    await client.create(Site, { metadata: HELLO, spec: { domains: ["hello.localhost"] } });
    const push = (digit: string) =>
      delivery.push({ site: HELLO, commit: commit(digit), branch: "main", receivedAt: clock.now() });
    const serves = (release: string) => async () => (await client.get(Site, HELLO)).status?.active?.name === release;
    await push("a");
    await cluster.until(serves("hello-1"), 120_000);
    await push("b");
    await cluster.until(serves("hello-2"), 120_000);
    const image = async () => (await client.get(Deployment, HELLO)).spec?.template.spec?.containers[0]?.image;
    assert.equal(await image(), `registry.knots.internal/default/hello@${digestOf(commit("b"))}`);
    const before = clock.now();
    assert.ok("release" in (await rollBack(client, HELLO)));
    await cluster.until(serves("hello-3"), 10_000);
    assert.ok(clock.now() - before < 3000);
    assert.equal(await image(), `registry.knots.internal/default/hello@${digestOf(commit("a"))}`);

    const settled = await client.get(Deployment, HELLO);
    await cluster.advance(60_000);
    const later = await client.get(Deployment, HELLO);
    assert.equal(later.metadata.generation, settled.metadata.generation, "defaults of the server are not fought");
    const build = await client.get(Build, { namespace: "default", name: "hello-1" });
    assert.equal(build.status?.steps?.length, 4);

    await client.delete(Site, HELLO);
    await cluster.until(async () => {
      const kinds = [Site, Build, Release, Deployment, Service, Ingress, Pod] as const;
      const lists = await Promise.all(kinds.map((kind) => client.list(kind, { namespace: "default" })));
      return lists.every(({ items }) => items.every(({ metadata }) => metadata.name === "kubernetes"));
    }, 120_000);
    assert.deepEqual(delivery.removed, ["default/hello"], "its repository went first");
    assert.deepEqual(delivery.complaints, []);
    const stranger = cluster.as(account("stranger"));
    await assert.rejects(stranger.list(Site), (error) => isApiError(error, "Forbidden"), "roles are in force");
  } finally {
    await delivery.close();
  }
});

test("malformed sites are refused by name and reason", async () => {
  await using cluster = await Cluster.start({ nodes: 0 });
  const { client } = cluster;
  const rows: readonly (readonly [string, string, Partial<Site["spec"]>, RegExp])[] = [
    ["a name with capitals", "Hello", {}, /metadata.name: Invalid value: "Hello"/],
    ["a domain with a space", "one", { domains: ["a b"] }, /spec.domains\[0\]: Invalid value: "a b"/],
    ["an address as a domain", "one", { domains: ["10.0.0.1"] }, /must be a host name, not an IP address/],
    ["a branch that is an option", "one", { branch: "--upload-pack=x" }, /must be a branch name that git allows/],
    ["a repository on this machine", "one", { repository: { url: "file:///etc" } }, /must be an https or http URL/],
    ["a way out of the repository", "one", { build: { outputDirectory: "../.." } }, /must not contain '..'/],
  ];
  for (const [sentence, name, spec, message] of rows) {
    const made = client.create(Site, {
      metadata: { namespace: "default", name },
      spec: { domains: ["one.test"], ...spec },
    });
    await assert.rejects(made, (error) => isApiError(error, "Invalid") && message.test(error.message), sentence);
  }
});
