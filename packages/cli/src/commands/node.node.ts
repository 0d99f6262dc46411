// `kts node`: the node agent, service rules, DNS and ingress of this machine, until it is told to stop.
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { groupRoot, joinSharedContainerd, NETWORKS, startNode } from "@knots/cluster";
import { acquireOwnership, ensurePart, openPki, parts, programOf } from "@knots/host";
import { clusterId, openPodNetwork, uplinkAddress } from "@knots/network";
import { pathsOf } from "../settings/paths.ts";
import type { Settings } from "../settings/settings.ts";
import { aborted, type CommandContext, untilStopped } from "./context.node.ts";
import { luggageOf } from "./luggage.node.ts";

/** The host's own resolver, for pods that ask for it. */
async function hostResolver() {
  const lines = (await readFile("/etc/resolv.conf", "utf8")).split("\n").map((line) => line.trim().split(/\s+/));
  const values = (name: string): readonly string[] =>
    lines.filter(([first]) => first === name).flatMap(([, ...rest]) => rest);
  return { servers: values("nameserver"), searches: values("search"), options: values("options") };
}

/** The pod network of the cluster in `dataDir`, put up or completed. */
export async function ensureNetwork(dataDir: string, { log }: CommandContext) {
  return openPodNetwork({
    id: await clusterId(dataDir),
    nodeRange: NETWORKS.podCidr,
    podRange: NETWORKS.podRange,
    serviceRange: NETWORKS.serviceRange,
    cniFolder: `${dataDir}/containerd/cni`,
    stateFolder: `${dataDir}/network`,
    log,
  });
}

async function ingressOf(settings: Settings) {
  const { dataDir, httpPort, httpsPort, expose } = settings;
  const paths = pathsOf(settings);
  const part = await ensurePart(parts.haproxy, { dataDir });
  return {
    addresses: expose ? ["0.0.0.0"] : ["127.0.0.1", NETWORKS.nodeAddress],
    published: [expose ? ((await uplinkAddress()) ?? NETWORKS.nodeAddress) : "127.0.0.1"],
    httpPort,
    httpsPort,
    folder: paths.haproxy,
    haproxy: {
      program: programOf(part, "haproxy"),
      env: part.env,
      record: paths.record("haproxy"),
      log: paths.log("haproxy"),
    },
  };
}

/** How a containerd of others is reached, with what pods need brought there once more; nothing for our own. */
async function sharedRuntime(settings: Settings, { clock, log }: CommandContext) {
  const { dataDir, containerd: socket } = settings;
  if (socket === undefined) return {};
  const luggage = await luggageOf(settings, (detail) => log.info("preparing", { detail }));
  return { shared: await joinSharedContainerd({ dataDir, socket, clock }, luggage) };
}

async function nodeSettings(settings: Settings, authority: string, context: CommandContext) {
  const id = await clusterId(settings.dataDir);
  return {
    ...(await sharedRuntime(settings, context)),
    name: hostname().toLowerCase(),
    dataDir: settings.dataDir,
    clusterId: id,
    address: NETWORKS.nodeAddress,
    port: NETWORKS.kubeletPort,
    authority,
    podCidr: NETWORKS.podCidr,
    podRange: NETWORKS.podRange,
    serviceRange: NETWORKS.serviceRange,
    exposed: settings.expose,
    containerd: settings.containerd ?? `${settings.dataDir}/run/containerd.sock`,
    groupRoot: groupRoot(id),
    clusterDns: NETWORKS.clusterDns,
    clusterDomain: NETWORKS.clusterDomain,
    resolver: await hostResolver(),
  };
}

/** Runs until SIGTERM or Ctrl-C; pods, rules and HAProxy go on after it. */
export async function runNode(settings: Settings, context: CommandContext): Promise<void> {
  const { clock, random, log } = context;
  const signal = untilStopped();
  const paths = pathsOf(settings);
  const pki = await openPki(paths.pki, () => clock.now());
  const network = await ensureNetwork(settings.dataDir, context);
  const starting = startNode({
    settings: await nodeSettings(settings, pki.authority.certificate, context),
    clock,
    random,
    log,
    server: `https://127.0.0.1:${settings.apiPort}`,
    pki,
    ingress: await ingressOf(settings),
  });
  // Told to stop while still starting: nothing of ours holds state that a successor could not take over.
  const node = await Promise.race([starting, aborted(signal).then(() => process.exit(0))]);
  log.info("the node is up; what it served last stays until the API server answers");
  await Promise.race([node.ready, aborted(signal)]);
  const ready = signal.aborted ? undefined : await acquireOwnership(paths.nodeReady);
  if (ready) log.info("the node is ready");
  await aborted(signal);
  await ready?.release();
  await node.close();
  await network.close();
}
