// The parts of a cluster, in the order of their start.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { KeyPair } from "@knots/host";
import type { Clock } from "@knots/std";
import type { Settings } from "../settings/settings.ts";
import { untilHealthy } from "./https.node.ts";
import type { PartSpec } from "./part.ts";

const MAIN = realpathSync(fileURLToPath(new URL("../main.node.ts", import.meta.url)));

/** The command line of one of our own processes. */
export function ownCommand(...args: readonly string[]): readonly string[] {
  return [process.execPath, MAIN, ...args];
}

/** The control plane of these settings. */
export function controlPlanePart(settings: Settings, authority: KeyPair, clock: Clock): PartSpec {
  const { dataDir, apiPort, runtime, nodes } = settings;
  const simulated = runtime === "simulated" ? ["--simulated-nodes", String(nodes)] : [];
  const target = { host: "127.0.0.1", port: apiPort, path: "/readyz", authority: authority.certificate };
  return {
    part: "control-plane",
    argv: ownCommand("control-plane", "--data-dir", dataDir, "--secure-port", String(apiPort), ...simulated),
    ready: (signal) => untilHealthy(target, clock, signal),
    timeout: 60_000,
  };
}

/** Every part that `kts up` starts with these settings. */
export function partsOf(settings: Settings, authority: KeyPair, clock: Clock): readonly PartSpec[] {
  return [controlPlanePart(settings, authority, clock)];
}
