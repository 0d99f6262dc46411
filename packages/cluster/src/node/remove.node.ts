// Takes a node's traces off the machine: containers, mounts, rules, network, control groups.
import {
  ensurePart,
  findHierarchy,
  parts,
  readRecord,
  removeGroup,
  run,
  startContainerd,
  unmountBelow,
} from "@knots/host";
import { clusterId, removePodNetwork, servicesTable } from "@knots/network";
import { groupRoot, NETWORKS } from "./place.ts";

/** Removes what runs and what is mounted of the cluster in `dataDir`; its data stays. Answers what could not be removed. */
export async function removeNode(dataDir: string): Promise<readonly string[]> {
  const id = await clusterId(dataDir);
  const left = await stopContainers(dataDir);
  const { detached } = await unmountBelow(dataDir);
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
  return [...left, ...detached];
}

/** Ends containerd with every container; nothing happens when it never ran. */
async function stopContainers(dataDir: string): Promise<readonly string[]> {
  if (!(await readRecord(`${dataDir}/run/containerd.json`))) return [];
  const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
  const { processes, mounts, groups } = await containerd.stop();
  return [...processes.map((pid) => `process ${pid}`), ...mounts, ...groups];
}
