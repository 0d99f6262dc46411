// Where our containerd has its things, all under the data dir.
import { type Part, programOf } from "../parts/part.ts";
import type { ContainerdConfig } from "./config.ts";

export interface ContainerdPaths extends Omit<ContainerdConfig, "sandboxImage" | "snapshotter" | "restrictOomScore"> {
  readonly config: string;
  readonly record: string;
  readonly log: string;
}

export function containerdPaths(dataDir: string, part: Part): ContainerdPaths {
  const home = `${dataDir}/containerd`;
  return {
    root: `${home}/root`,
    state: `${home}/state`,
    opt: `${home}/opt`,
    socket: `${dataDir}/run/containerd.sock`,
    runc: programOf(part, "runc"),
    cniConfig: `${home}/cni`,
    cniPrograms: `${part.dir}/usr/lib/cni`,
    registries: `${home}/certs.d`,
    config: `${home}/config.toml`,
    record: `${dataDir}/run/containerd.json`,
    log: `${dataDir}/log/containerd.log`,
  };
}
