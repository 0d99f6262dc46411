// Places inside a data directory.
import { registryPaths } from "@knots/delivery";
import type { Settings } from "./settings.ts";

/** A process of ours by its name in `kts status` and `kts logs`. */
export type Part = "supervisor" | "control-plane" | "node" | "containerd" | "haproxy" | "registry";
export const PARTS: readonly Part[] = ["supervisor", "control-plane", "node", "containerd", "haproxy", "registry"];

/** The places that several rooms use. */
export function pathsOf({ dataDir }: Pick<Settings, "dataDir">) {
  const registry = registryPaths(dataDir);
  return {
    store: `${dataDir}/store`,
    pki: `${dataDir}/pki`,
    run: `${dataDir}/run`,
    kubeconfig: `${dataDir}/kubeconfig`,
    owner: `${dataDir}/run/owner.sock`,
    /** Bound by the node process while everything of it is in place. */
    nodeReady: `${dataDir}/run/node.sock`,
    haproxy: `${dataDir}/haproxy`,
    images: `${dataDir}/images`,
    settings: `${dataDir}/run/settings.json`,
    log: (part: Part) => (part === "registry" ? registry.log : `${dataDir}/log/${part}.log`),
    record: (part: Part) => (part === "registry" ? registry.record : `${dataDir}/run/${part}.json`),
  } as const;
}
