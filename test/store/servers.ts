// Two control planes with simulated nodes on one etcd.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Namespace } from "@knots/api";
import { type Client, createClient } from "@knots/client";
import { defaultEncryption, encryptionFileOf } from "@knots/cluster";
import {
  createHttpsTransport,
  kubeconfigFor,
  openPki,
  type PkiFolder,
  readTextFile,
  startDetached,
  stopDetached,
  writeKubeconfig,
} from "@knots/host";
import { realClock } from "@knots/std";
import type { EtcdCluster } from "../../testkit/etcd/cluster.node.ts";
import { until } from "../e2e/cluster/kts.ts";

const KTS = new URL("../../bin/kts", import.meta.url).pathname;
/** So small that two servers often draw the same address. */
const SERVICES = "10.96.0.0/25";

/** Under these they are told to the cluster; nobody calls them there. */
export const FIRST = "192.0.2.1";
export const SECOND = "192.0.2.2";

export interface ServerUnderTest {
  readonly client: Client;
  readonly kubeconfig: string;
  log(): Promise<string>;
}

export interface Servers {
  readonly first: ServerUnderTest;
  readonly second: ServerUnderTest;
  /** kill -9. */
  killFirst(): Promise<void>;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

function etcdFlags({ urls, client }: EtcdCluster): readonly string[] {
  const files = client && [
    "--etcd-cafile",
    client.authority,
    "--etcd-certfile",
    client.certificate,
    "--etcd-keyfile",
    client.key,
  ];
  return [
    "--etcd-servers",
    urls.join(","),
    "--service-cluster-ip-range",
    SERVICES,
    "--simulated-nodes",
    "2",
    ...(files ?? []),
  ];
}

interface Start {
  /** Where it listens. All servers of a cluster have one port. */
  readonly bind: string;
  readonly port: number;
  readonly folder: string;
  /** Whose clients are known, and who signs tokens. */
  readonly cluster: PkiFolder;
  readonly flags: readonly string[];
}

async function startServer({ bind, port, folder, cluster, flags }: Start) {
  const own = await openPki(join(folder, "pki"), () => realClock.now());
  const admin = await cluster.leaf("admin", { user: "admin", groups: ["system:masters"], usages: ["client"] });
  const connection = { server: `https://${bind}:${port}`, authority: own.authority.certificate, ...admin };
  const kubeconfig = join(folder, "kubeconfig");
  await writeKubeconfig(kubeconfig, kubeconfigFor("etcd", connection));
  const daemon = { record: join(folder, "server.json"), log: join(folder, "server.log") };
  const argv = [
    KTS,
    "control-plane",
    "--data-dir",
    folder,
    "--bind-address",
    bind,
    "--secure-port",
    String(port),
    ...flags,
  ];
  await startDetached({ ...daemon, argv });
  const transport = createHttpsTransport(connection);
  const client = createClient(transport);
  const log = async (): Promise<string> => (await readTextFile(daemon.log)) ?? "";
  await until("the API server answers", async () => (await client.list(Namespace)).items.length > 0);
  const stop = async (): Promise<void> => {
    transport.close();
    await stopDetached(daemon);
  };
  const kill = async (): Promise<void> => {
    process.kill((JSON.parse(await readFile(daemon.record, "utf8")) as { readonly pid: number }).pid, "SIGKILL");
  };
  return { client, kubeconfig, log, stop, kill };
}

/** Starts both; the second one when the first answers. */
export async function startServers(etcd: EtcdCluster): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), "knots-servers-"));
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  const cluster = await openPki(join(a, "pki"), () => realClock.now());
  await defaultEncryption(folder);
  const flags = [...etcdFlags(etcd), "--encryption-provider-config", encryptionFileOf(folder)];
  const port = await freePort();
  const first = await startServer({
    bind: "127.0.0.1",
    port,
    folder: a,
    cluster,
    flags: [...flags, "--advertise-address", FIRST],
  });
  const keys = ["--client-ca-file", join(a, "pki/ca.crt"), "--service-account-signing-key-file", join(a, "pki/sa.key")];
  const second = await startServer({
    bind: "127.0.0.2",
    port,
    folder: b,
    cluster,
    flags: [...flags, ...keys, "--advertise-address", SECOND],
  });
  return {
    first,
    second,
    killFirst: () => first.kill(),
    async stop() {
      await second.stop();
      await first.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
