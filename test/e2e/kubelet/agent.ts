// Program: a node agent over HTTPS and a containerd that runs already. Its only argument is its configuration as JSON.
import { appendFileSync } from "node:fs";
import { Service } from "@knots/api";
import { createClient, createEventRecorder, createInformers } from "@knots/client";
import { type Connection, createGrpcClient, createHttpsTransport } from "@knots/host";
import {
  createCriRuntime,
  createEnvironmentOf,
  createPodTokens,
  createReferencedObjects,
  createVolumeManager,
  runKubelet,
} from "@knots/kubelet";
import { createLogger, platformRandom, realClock } from "@knots/std";

export interface AgentConfig {
  readonly connection: Connection;
  readonly socket: string;
  readonly dataDir: string;
  readonly name: string;
  readonly log: string;
}

const config = JSON.parse(process.argv[2] ?? "{}") as AgentConfig;
const log = createLogger({
  clock: realClock,
  write: (line) => appendFileSync(config.log, `${line}\n`),
  level: "debug",
});
const parts = { clock: realClock, random: platformRandom, log } as const;
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort(new Error("the agent is asked to end")));

const transport = createHttpsTransport(config.connection);
const client = createClient(transport);
const informers = createInformers({ client, ...parts });
const runtime = createCriRuntime({ client: createGrpcClient(`unix://${config.socket}`), clock: realClock });
const allocatable = () => ({ cpu: "2", memory: "4Gi" });
const refresh = { of: (_uid: string): Promise<void> => Promise.resolve() };
const objects = createReferencedObjects({
  client,
  ...parts,
  changed: (uids) => {
    for (const uid of uids) void refresh.of(uid);
  },
});
const environment = createEnvironmentOf({ objects, services: informers.informer(Service), allocatable });
const tokens = createPodTokens({ client, ...parts });
const root = `${config.dataDir}/kubelet`;
const volumes = createVolumeManager({
  root,
  objects,
  tokens,
  environment,
  allocatable,
  clusterDomain: "cluster.local",
  ...parts,
});
refresh.of = (uid) => volumes.refresh(uid);
const recorder = createEventRecorder({ client, ...parts, host: config.name });
const kubelet = await runKubelet({
  client,
  informers,
  runtime,
  volumes,
  environment,
  recorder,
  ...parts,
  node: { name: config.name, addresses: ["192.0.2.10"] },
  dataDir: config.dataDir,
  groupRoot: "/kts-e2e",
  clusterDns: ["10.96.0.10"],
  clusterDomain: "cluster.local",
  resolver: { servers: ["192.0.2.1"], searches: [], options: [] },
  signal: stop.signal,
});
await kubelet.done;
await Promise.all([informers.close(), volumes.close(), recorder.close()]);
runtime.close();
transport.close();
