// Real etcd as an engine of the shared tests: a fresh single member for each store, killed to restart it.
import { readFile } from "node:fs/promises";
import { type EtcdAccess, openEtcd } from "@knots/cluster";
import { platformRandom, realClock } from "@knots/std";
import type { EtcdLimits, Store } from "@knots/store";
import { type EtcdCluster, type EtcdClusterOptions, startEtcd } from "../../testkit/etcd/cluster.node.ts";
import type { Engine } from "../../testkit/store/engines.ts";

const HOUR = 3_600_000;
/** The shared tests count revisions: nothing of ours may make one. */
const QUIET: EtcdLimits = { recordMs: false, history: false, progressMs: HOUR };

/** Opens a store on a cluster, as the client that its certificates make it. */
export async function openOn(cluster: EtcdCluster, access: Partial<EtcdAccess> = {}): Promise<Store> {
  const read = (path: string): Promise<string> => readFile(path, "utf8");
  const { client } = cluster;
  const tls = client && {
    authority: await read(client.authority),
    certificate: await read(client.certificate),
    key: await read(client.key),
  };
  const merged = { servers: cluster.urls, root: "", ...(tls && { tls }), limits: QUIET, ...access };
  return openEtcd(merged, { clock: realClock, random: platformRandom });
}

/** The engine over clusters made with `options`. */
export function etcdEngine(name: string, options: EtcdClusterOptions = {}): Engine {
  return {
    name,
    embedded: false,
    async open({ history, progressMs = HOUR } = {}) {
      const cluster = await startEtcd(options);
      const limits = { ...QUIET, progressMs, ...(history && { history }) };
      let store = await openOn(cluster, { limits });
      return {
        store: store,
        async restart() {
          await Promise.all(cluster.members.map((member) => member.stop()));
          await store.close();
          await Promise.all(cluster.members.map((member) => member.start()));
          store = await openOn(cluster, { limits });
          return store;
        },
        // Its time is the world's: whoever waits for something waits for its event.
        pass: () => Promise.resolve(),
        async close() {
          await store.close();
          await cluster.stop();
        },
      };
    },
  };
}
