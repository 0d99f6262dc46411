// The parts of a cluster, in the order of their start.
import type { Settings } from "../settings/settings.ts";
import { untilHealthy } from "./https.node.ts";
import type { PartSpec } from "./part.ts";
import { type StartContext, startProcess } from "./start.node.ts";

/** The command line of one of our own processes; `main` is the file that `kts` was started from. */
export function ownCommand(main: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, main, ...args];
}

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
  const simulated = runtime === "simulated" ? ["--simulated-nodes", String(nodes)] : [];
  const target = { host: "127.0.0.1", port: apiPort, path: "/readyz", authority };
  const argv = ownCommand(main, "control-plane", "--data-dir", dataDir, "--secure-port", String(apiPort), ...simulated);
  const ready = (signal: AbortSignal): Promise<void> => untilHealthy(target, clock, signal);
  return {
    part: "control-plane",
    start: () => startProcess({ part: "control-plane", argv, ready, timeout: 60_000 }, context),
  };
}

/** Every part that `kts up` starts with these settings. */
export function partsOf(context: PartsContext): readonly PartSpec[] {
  return [controlPlane(context)];
}
