// One machine with containerd, an API server and a node agent, for tests of pods that really run.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builtinKinds, Pod, type PodSpec } from "@knots/api";
import { type ApiServer, createApiServer, type HttpPort, LOOPBACK, listen } from "@knots/apiserver";
import { type Client, createClient, createInformers, type Informers } from "@knots/client";
import {
  busybox,
  type Containerd,
  createAuthority,
  ensureImage,
  ensurePart,
  findHierarchy,
  issueCertificate,
  parts,
  pause,
  removeGroup,
  run,
  startContainerd,
} from "@knots/host";
import { platformRandom, realClock, silentLogger } from "@knots/std";
import { type EmbeddedStore, openMemoryStore } from "@knots/store";
import type { AgentConfig } from "./agent.ts";

export const NODE = "node-1";
const BRIDGE = "ktse2e";
const NETWORK = {
  cniVersion: "0.4.0",
  name: "kts",
  plugins: [
    {
      type: "bridge",
      bridge: BRIDGE,
      isGateway: true,
      ipam: { type: "host-local", ranges: [[{ subnet: "10.244.0.0/24" }]], routes: [{ dst: "0.0.0.0/0" }] },
    },
  ],
};

/** What can be made before there is a machine: needs the package archive. */
export async function prepare(dataDir: string): Promise<void> {
  await ensurePart(parts.containerd, { dataDir });
  for (const recipe of [busybox, pause]) await ensureImage(recipe, { images: join(dataDir, "images") });
}

/** The running parts of one test. */
export interface Bench {
  readonly client: Client;
  readonly containerd: Containerd;
  readonly agentLog: string;
  readonly logs: string;
  startAgent(): void;
  /** Ends the agent by this signal and waits for its end. */
  stopAgent(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  create(name: string, spec: PodSpec, meta?: object): Promise<Pod>;
  /** The pod as soon as it is like this. */
  until(name: string, like: (pod: Pod) => boolean): Promise<Pod>;
  /** Resolves when the server has the pod no more. */
  gone(name: string): Promise<void>;
  close(): Promise<void>;
}

async function startRuntime(dataDir: string): Promise<Containerd> {
  const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
  const images = join(dataDir, "images");
  for (const recipe of [busybox, pause]) await containerd.importImage(await ensureImage(recipe, { images }));
  await mkdir(containerd.paths?.cniConfig ?? "", { recursive: true });
  await writeFile(join(containerd.paths?.cniConfig ?? "", "10-kts.conflist"), JSON.stringify(NETWORK));
  return containerd;
}

interface Served {
  readonly store: EmbeddedStore;
  readonly server: ApiServer;
  readonly port: HttpPort;
  readonly connection: AgentConfig["connection"];
}

async function startServer(): Promise<Served> {
  const now = realClock.now();
  const authority = await createAuthority("e2e-ca", now);
  const serving = await issueCertificate(
    authority,
    { user: "kube-apiserver", usages: ["server"], ipAddresses: ["127.0.0.1"] },
    now,
  );
  const identity = { user: `system:node:${NODE}`, groups: ["system:nodes"], usages: ["client"] } as const;
  const { certificate, key } = await issueCertificate(authority, identity, now);
  const store = openMemoryStore({ clock: realClock });
  const common = { clock: realClock, random: platformRandom } as const;
  const server = await createApiServer({
    store,
    ...common,
    kinds: builtinKinds,
    disableAdmission: ["ServiceAccount"],
  });
  const port = await listen({ server, ...common, port: 0, ...serving, clientCa: authority.certificate });
  const connection = {
    server: `https://127.0.0.1:${port.port}`,
    authority: authority.certificate,
    certificate,
    key,
  };
  return { store, server, port, connection };
}

function watcher(informers: Informers) {
  const pods = informers.informer(Pod);
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      let stop = (): void => {};
      let done = false;
      const again = (): void => {
        const found = done ? undefined : look();
        if (found === undefined) return;
        done = true;
        queueMicrotask(() => stop());
        resolve(found);
      };
      stop = pods.subscribe({ added: again, updated: again, deleted: again });
      again();
    });
  return {
    until: (name: string, like: (pod: Pod) => boolean) =>
      until(() => {
        const pod = pods.get("default", name);
        return pod && like(pod) ? pod : undefined;
      }),
    gone: async (name: string): Promise<void> => {
      await pods.synced();
      await until(() => (pods.get("default", name) ? undefined : true));
    },
  };
}

function agentProcess(config: AgentConfig): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "agent.ts"), JSON.stringify(config)], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });

/** Starts everything but the agent. */
export async function startBench(dataDir: string): Promise<Bench> {
  const forwarding = await readFile("/proc/sys/net/ipv4/ip_forward", "utf8");
  const containerd = await startRuntime(dataDir);
  const { store, server, port, connection } = await startServer();
  const client = createClient(server.transport(LOOPBACK));
  const informers = createInformers({ client, clock: realClock, random: platformRandom, log: silentLogger });
  const { until, gone } = watcher(informers);
  await mkdir(join(dataDir, "log"), { recursive: true });
  const agentLog = join(dataDir, "log/agent.log");
  const config = { connection, socket: containerd.address, dataDir, name: NODE, log: agentLog };
  let agent: ChildProcess | undefined;

  const stopAgent = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    const child = agent;
    agent = undefined;
    child?.kill(signal);
    if (child) await ended(child);
  };
  return {
    client,
    containerd,
    agentLog,
    logs: join(dataDir, "log/pods"),
    startAgent: () => {
      agent = agentProcess(config);
    },
    stopAgent,
    create: (name, spec, meta = {}) =>
      client.create(Pod, { metadata: { name, namespace: "default", ...meta }, spec: { nodeName: NODE, ...spec } }),
    until,
    gone,
    async close() {
      await stopAgent("SIGTERM");
      await informers.close();
      await port.close();
      await server.close();
      await store.close();
      await containerd.stop();
      await removeGroup(await findHierarchy(), "kts-e2e");
      await run(["ip", "link", "delete", BRIDGE]).catch(() => {});
      await writeFile("/proc/sys/net/ipv4/ip_forward", forwarding);
    },
  };
}
