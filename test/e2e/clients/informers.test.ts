// Informers of the official JavaScript client behind a bad network: slow, cut, with a killed server and a compacted store behind it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { deferred } from "@knots/std";
import {
  CoreV1Api,
  type Informer,
  KubeConfig,
  makeInformer,
  type ObjectCache,
  type V1ConfigMap,
} from "@kubernetes/client-node";
import { openSlowProxy, type SlowProxy } from "../../../testkit/slow-proxy.ts";
import { runKts, startCluster, type TestCluster } from "./cluster.ts";
import { killControlPlane } from "./kill.ts";

const namespace = "default";
let cluster: TestCluster;
const direct = new KubeConfig();

before(async () => {
  cluster = await startCluster();
  direct.loadFromFile(cluster.kubeconfig);
});
after(() => cluster.stop());

const core = (config = direct): CoreV1Api => config.makeApiClient(CoreV1Api);
const filler = "x".repeat(2000);
const map = (name: string, app: string, value: string): V1ConfigMap => ({
  metadata: { name, labels: { app } },
  data: { value, filler },
});

/** One thing that an informer said. */
interface Heard {
  readonly verb: "add" | "update" | "delete";
  readonly name: string;
  readonly version: number;
}

interface Follower {
  readonly informer: Informer<V1ConfigMap> & ObjectCache<V1ConfigMap>;
  readonly heard: readonly Heard[];
  readonly lists: () => number;
  /** Resolves once the informer has an object of this name. */
  has(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** An informer that starts again, as programs do, whenever it tells of an error. */
async function follow(config: KubeConfig, app: string): Promise<Follower> {
  const heard: Heard[] = [];
  const waiting = new Map<string, () => void>();
  let lists = 0;
  let ending = false;
  const list = () => {
    lists++;
    return core(config).listNamespacedConfigMap({ namespace, labelSelector: `app=${app}` });
  };
  const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, list, `app=${app}`);
  for (const verb of ["add", "update", "delete"] as const)
    informer.on(verb, ({ metadata }) => {
      const { name = "", resourceVersion } = metadata ?? {};
      heard.push({ verb, name, version: Number(resourceVersion) });
      if (verb === "add") waiting.get(name)?.();
    });
  const again = async (): Promise<void> => {
    await setTimeout(100);
    if (!ending) await informer.start();
  };
  informer.on("error", () => void again().catch(assert.ifError));
  await informer.start();
  return {
    informer,
    heard,
    lists: () => lists,
    has(name) {
      if (informer.get(name, namespace)) return Promise.resolve();
      const found = deferred<void>();
      waiting.set(name, () => found.resolve());
      return found.promise;
    },
    async stop() {
      ending = true;
      await informer.stop();
    },
  };
}

/** What was heard of one object must be a life: added once, changed to newer versions only, deleted at most once, at the end. */
function judge({ informer, heard }: Follower, live: readonly V1ConfigMap[]): void {
  for (const name of new Set(heard.map((one) => one.name))) {
    const life = heard.filter((one) => one.name === name);
    const verbs = life.map(({ verb }) => verb[0]).join("");
    assert.match(verbs, /^au*(d)?$/, `${name}: ${verbs}`);
    // A deletion that a list has shown is told with the last version that was known.
    const changes = life.filter(({ verb }) => verb !== "delete").map(({ version }) => version);
    assert.deepEqual(
      changes,
      [...new Set(changes)].toSorted((a, b) => a - b),
      name,
    );
  }
  const shown = (items: readonly V1ConfigMap[]): readonly string[] =>
    items.map(({ metadata }) => `${metadata?.name} ${metadata?.resourceVersion}`).toSorted();
  assert.deepEqual(shown(informer.list(namespace)), shown(live));
}

/** The cluster as it is seen through `proxy`. */
function through({ port }: SlowProxy): KubeConfig {
  const config = new KubeConfig();
  const [{ caData = "" } = {}] = direct.getClusters();
  const user = direct.getCurrentUser();
  assert.ok(user);
  config.loadFromClusterAndUser({ name: "c", server: `https://127.0.0.1:${port}`, caData, skipTLSVerify: false }, user);
  return config;
}

const live = async (app: string): Promise<readonly V1ConfigMap[]> =>
  (await core().listNamespacedConfigMap({ namespace, labelSelector: `app=${app}` })).items;

async function busy(app: string, rounds: readonly number[]): Promise<void> {
  for (const round of rounds) {
    const name = `${app}-${round}`;
    await core().createNamespacedConfigMap({ namespace, body: map(name, app, "0") });
    await core().replaceNamespacedConfigMap({ namespace, name, body: map(name, app, "1") });
    if (round % 3 === 0) await core().deleteNamespacedConfigMap({ namespace, name });
  }
}

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, at) => from + at);

test("an informer on a slow network that breaks hears of everything, once and in order (LIB-07)", async () => {
  const proxy = await openSlowProxy({ target: cluster.port, rate: 200_000, piece: 700 });
  const follower = await follow(through(proxy), "slow");
  await busy("slow", range(0, 30));
  await follower.has("slow-29");
  // In the middle of what is on its way.
  await busy("slow", range(30, 60));
  proxy.cut();
  await busy("slow", range(60, 80));
  proxy.cut();
  await busy("slow", range(80, 100));
  await core().createNamespacedConfigMap({ namespace, body: map("slow-last", "slow", "0") });
  await follower.has("slow-last");
  await follower.stop();
  assert.ok(proxy.connections() >= 3, "it had to connect again");
  judge(follower, await live("slow"));
  await proxy.close();
});

test("an informer that was away during a compaction and a kill -9 is told that it missed something, and lists again (LIB-07)", async () => {
  const proxy = await openSlowProxy({ target: cluster.port, rate: 1_000_000, piece: 1400 });
  const follower = await follow(through(proxy), "away");
  await busy("away", range(0, 12));
  await follower.has("away-11");
  const before = follower.lists();
  proxy.open = false;
  proxy.cut();
  await busy("away", range(12, 20));
  await core().deleteNamespacedConfigMap({ namespace, name: "away-1" });
  await runKts(["store", "compact", "--data-dir", cluster.dataDir]);
  await killControlPlane(cluster);
  await core().createNamespacedConfigMap({ namespace, body: map("away-last", "away", "0") });
  proxy.open = true;
  await follower.has("away-last");
  await follower.stop();
  assert.ok(follower.lists() > before, "it listed again");
  judge(follower, await live("away"));
  await proxy.close();
});
