// The control plane as a part: root hands over what it needs, then it runs without root.
import { NETWORKS } from "@knots/cluster";
import { adoptDetached } from "@knots/host";
import { type Clock, type Logger, sleep } from "@knots/std";
import { encryptionFlags } from "../settings/encryption.ts";
import { etcdFlags } from "../settings/etcd.ts";
import type { Settings } from "../settings/settings.ts";
import { handOverTo } from "./hand-over.node.ts";
import { untilHealthy } from "./https.node.ts";
import { ownCommand } from "./own-command.node.ts";
import type { PartSpec, Report } from "./part.ts";
import type { PartsContext } from "./parts-context.ts";
import { startProcess } from "./start.node.ts";

/** How often certificates are looked at, in milliseconds; the control plane reads them as often. */
const RENEWAL_LOOK = 12 * 3_600_000;
const SERVICES = "10.96.0.0/12";

/** Where it listens: with a node beside it also on the bridge, where pods reach it. */
function placeOf({ runtime, gitPort }: Settings) {
  if (runtime === "simulated") return { bindAddress: ["127.0.0.1"] };
  const { nodeAddress } = NETWORKS;
  return { bindAddress: ["127.0.0.1", nodeAddress], advertiseAddress: nodeAddress, nodeAddress, gitPort };
}

/** The same as flags of its process. */
function flagsOf(settings: Settings): readonly string[] {
  const { runtime, nodes, gitPort, httpPort, runAs = 0 } = settings;
  const { bindAddress, nodeAddress } = placeOf(settings);
  const user = ["--run-as", String(runAs), "--service-cluster-ip-range", SERVICES];
  if (runtime === "simulated" || !nodeAddress) return [...user, "--simulated-nodes", String(nodes)];
  const addresses = ["--advertise-address", nodeAddress, "--node-address", nodeAddress];
  const ports = ["--git-port", String(gitPort), "--http-port", String(httpPort)];
  return [...user, "--bind-address", bindAddress.join(","), ...addresses, ...ports];
}

/** Root's part before each start; nothing where the control plane stays who starts it. */
async function prepare(settings: Settings, clock: Clock, progress?: Report): Promise<void> {
  const { runAs } = settings;
  if (runAs === undefined) return;
  const flags = { ...settings, serviceClusterIpRange: SERVICES, ...placeOf(settings) };
  await handOverTo(runAs, flags, { clock, ...(progress && { progress }) });
}

/** A program that cannot get back what it gave up, not even by running one that is root's (set-user-id); Linux only. */
const withoutNewRights = (argv: readonly string[]): readonly string[] =>
  process.platform === "linux" ? ["setpriv", "--no-new-privs", ...argv] : argv;

export function controlPlane(context: PartsContext): PartSpec {
  const { settings, authority, clock, main, paths } = context;
  const { dataDir, apiPort, runAs } = settings;
  const target = { host: "127.0.0.1", port: apiPort, path: "/readyz", authority };
  const where = ["--data-dir", dataDir, "--secure-port", String(apiPort)];
  const storing = [...etcdFlags(settings), ...encryptionFlags(settings)];
  const command = ownCommand(main, "control-plane", ...where, ...flagsOf(settings), ...storing);
  const argv = runAs === undefined ? command : withoutNewRights(command);
  const ready = (signal: AbortSignal): Promise<void> => untilHealthy(target, clock, signal);
  return {
    part: "control-plane",
    async start(report) {
      const where = { record: paths.record("control-plane"), log: paths.log("control-plane") };
      // One that runs already works with what it was given, as root perhaps: nothing changes under its feet.
      if (!(await adoptDetached(where))) await prepare(settings, clock, report);
      return startProcess({ part: "control-plane", argv, ready, timeout: 60_000 }, context);
    },
  };
}

/** Renews the control plane's certificates, which it cannot do itself, until the signal aborts. */
export async function keepIssued(
  settings: Settings,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  if (settings.runAs === undefined) return;
  while (!signal.aborted) {
    await sleep(clock, RENEWAL_LOOK, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      await prepare(settings, clock);
    } catch (error) {
      log.error("the control plane's certificates were not renewed", { error });
    }
  }
}
