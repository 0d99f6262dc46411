// The parts of a cluster, in the order of their start.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Settings } from "../settings/settings.ts";
import { untilHealthy } from "./https.node.ts";
import type { PartSpec } from "./part.ts";
import { type StartContext, startProcess } from "./start.node.ts";

const MAIN = realpathSync(fileURLToPath(new URL("../main.node.ts", import.meta.url)));

/** The command line of one of our own processes. */
export function ownCommand(...args: readonly string[]): readonly string[] {
  return [process.execPath, MAIN, ...args];
}

/** What the parts are started with. */
export interface PartsContext extends StartContext {
  readonly settings: Settings;
  /** PEM of the cluster's authority. */
  readonly authority: string;
}

function controlPlane(context: PartsContext): PartSpec {
  const { settings, authority, clock } = context;
  const { dataDir, apiPort, runtime, nodes } = settings;
  const simulated = runtime === "simulated" ? ["--simulated-nodes", String(nodes)] : [];
  const target = { host: "127.0.0.1", port: apiPort, path: "/readyz", authority };
  const argv = ownCommand("control-plane", "--data-dir", dataDir, "--secure-port", String(apiPort), ...simulated);
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
