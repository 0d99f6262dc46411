// Takes a node's traces off the machine: containers, mounts, rules, network, control groups.
import {
  ensurePart,
  findHierarchy,
  parts,
  readRecord,
  removeGroup,
  run,
  startContainerd,
  unmountInside,
} from "@knots/host";
import { clusterId, removePodNetwork, servicesTable } from "@knots/network";
import type { Clock } from "@knots/std";
import { groupRoot, NETWORKS } from "./place.ts";
import { leaveSharedContainerd } from "./shared/containerd.node.ts";
import { readSharedRecord } from "./shared/places.node.ts";

export interface RemoveOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /** Whether our images in a containerd of others go too. */
  readonly purge: boolean;
}

/** Removes what runs and what is mounted of the cluster in `dataDir`; its data stays. Answers what could not be removed. */
export async function removeNode(options: RemoveOptions): Promise<readonly string[]> {
  const { dataDir } = options;
  const id = await clusterId(dataDir);
  const left = [...(await stopContainers(dataDir)), ...(await leave(options))];
  // Not the data directory itself, nor what somebody mounted in it: it may be a disk of its own.
  const mounts = await Promise.all(["kubelet", "containerd"].map((folder) => unmountInside(`${dataDir}/${folder}`)));
  const table = servicesTable(id);
  await run(["nft", "-f", "-"], { input: `add table ip ${table}\ndelete table ip ${table}\n` });
  await removePodNetwork({
    id,
    nodeRange: NETWORKS.podCidr,
    podRange: NETWORKS.podRange,
    serviceRange: NETWORKS.serviceRange,
    cniFolder: `${dataDir}/containerd/cni`,
    stateFolder: `${dataDir}/network`,
  });
  await removeGroup(await findHierarchy(), groupRoot(id));
  return [...left, ...mounts.flatMap(({ detached }) => detached)];
}

const leave = (options: RemoveOptions): Promise<readonly string[]> =>
  leaveSharedContainerd({ ...options, part: () => ensurePart(parts.containerd, options) });

/**
 * Removes the pods from the containerd of an earlier start when it is not the one at `socket` (our own when undefined).
 * Answers what could not be removed.
 */
export async function leaveFormerContainerd(
  options: Omit<RemoveOptions, "purge">,
  socket: string | undefined,
): Promise<readonly string[]> {
  const { dataDir } = options;
  const record = await readSharedRecord(dataDir);
  const left = record && record.socket !== socket ? await leave({ ...options, purge: true }) : [];
  return socket === undefined ? left : [...left, ...(await stopContainers(dataDir))];
}

/** Ends our containerd with every container; nothing happens when it never ran. */
async function stopContainers(dataDir: string): Promise<readonly string[]> {
  if (!(await readRecord(`${dataDir}/run/containerd.json`))) return [];
  const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
  const { processes, mounts, groups } = await containerd.stop();
  return [...processes.map((pid) => `process ${pid}`), ...mounts, ...groups];
}
