// The parts of a cluster, in the order of their start.
import { NETWORKS } from "@knots/cluster";
import { hostsToml, platformImages, REGISTRY_HOST } from "@knots/delivery";
import {
  answers,
  ensureImage,
  ensurePart,
  parts,
  pause,
  programOf,
  startContainerd,
  writeFileAtomic,
} from "@knots/host";
import { ensureHaproxy } from "@knots/ingress";
import { sleep } from "@knots/std";
import { etcdFlags } from "../settings/etcd.ts";
import { pathsOf } from "../settings/paths.ts";
import type { Settings } from "../settings/settings.ts";
import { untilHealthy } from "./https.node.ts";
import type { PartSpec } from "./part.ts";
import { type StartContext, startProcess } from "./start.node.ts";

/** The command line of one of our own processes; `main` is the file that `kts` was started from. */
export function ownCommand(main: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, main, ...args];
}

/** Flags of a control plane that has a node beside it. */
const NODE_FLAGS: readonly string[] = [
  "--bind-address",
  `127.0.0.1,${NETWORKS.nodeAddress}`,
  "--advertise-address",
  NETWORKS.nodeAddress,
  "--node-address",
  NETWORKS.nodeAddress,
];

/** What the parts are started with. */
export interface PartsContext extends StartContext {
  readonly settings: Settings;
  /** Main file of the program that parts are started with. */
  readonly main: string;
  /** PEM of the cluster's authority. */
  readonly authority: string;
}

function controlPlane(context: PartsContext): PartSpec {
  const { settings, authority, clock, main } = context;
  const { dataDir, apiPort, runtime, nodes } = settings;
  const platform = ["--git-port", String(settings.gitPort), "--http-port", String(settings.httpPort)];
  const kind = runtime === "simulated" ? ["--simulated-nodes", String(nodes)] : [...NODE_FLAGS, ...platform];
  const more = [...kind, ...etcdFlags(settings)];
  const target = { host: "127.0.0.1", port: apiPort, path: "/readyz", authority };
  const argv = ownCommand(main, "control-plane", "--data-dir", dataDir, "--secure-port", String(apiPort), ...more);
  const ready = (signal: AbortSignal): Promise<void> => untilHealthy(target, clock, signal);
  return {
    part: "control-plane",
    start: () => startProcess({ part: "control-plane", argv, ready, timeout: 60_000 }, context),
  };
}

/** Tells containerd where images of sites are, and by which certificate it may pull them. */
export async function writeRegistryHost(dataDir: string): Promise<void> {
  const { pki } = pathsOf({ dataDir });
  const host = hostsToml({
    address: `${NETWORKS.nodeAddress}:${NETWORKS.registryPort}`,
    authority: `${pki}/ca.crt`,
    certificate: `${pki}/node.crt`,
    key: `${pki}/node.key`,
  });
  await writeFileAtomic(`${dataDir}/containerd/certs.d/${REGISTRY_HOST}/hosts.toml`, host, { durable: false });
}

/** containerd with the images that every node needs. */
function containerd(context: PartsContext): PartSpec {
  const { dataDir } = context.settings;
  return {
    part: "containerd",
    async start(report) {
      const part = await ensurePart(parts.containerd, { dataDir, progress: report });
      await writeRegistryHost(dataDir);
      const daemon = await startContainerd({ dataDir, part });
      await daemon.importImage(await ensureImage(pause, { images: context.paths.images, progress: report }));
      for (const image of platformImages({ images: context.paths.images, progress: report }))
        if (image.onNodes) await daemon.importImage(await image.make());
      return daemon.record;
    },
  };
}

/** HAProxy is started by the node, which writes its configuration; here it is only started again when it ended. */
function haproxy({ settings, paths, clock }: PartsContext): PartSpec {
  return {
    part: "haproxy",
    async start(report) {
      const part = await ensurePart(parts.haproxy, { dataDir: settings.dataDir, progress: report });
      const program = {
        program: programOf(part, "haproxy"),
        env: part.env,
        record: paths.record("haproxy"),
        log: paths.log("haproxy"),
      };
      const { record } = await ensureHaproxy(program, paths.haproxy, clock);
      return record;
    },
  };
}

function node(context: PartsContext): PartSpec {
  const { settings, main, paths, clock } = context;
  const ready = async (signal: AbortSignal): Promise<void> => {
    while (!(await answers(paths.nodeReady))) await sleep(clock, 50, signal);
  };
  const argv = ownCommand(main, "node", "--data-dir", settings.dataDir);
  return { part: "node", start: () => startProcess({ part: "node", argv, ready, timeout: 60_000 }, context) };
}

/** Every part that `kts up` starts with these settings, in order. */
export function partsOf(context: PartsContext): readonly PartSpec[] {
  const { runtime, containerd: others } = context.settings;
  if (runtime === "simulated") return [controlPlane(context)];
  // What others run is theirs to keep alive.
  const own = others === undefined ? [containerd(context)] : [];
  return [controlPlane(context), ...own, node(context), haproxy(context)];
}
