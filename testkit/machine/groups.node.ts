// The control groups of a machine: one group in every tree, entered by its keeper and removed in the end.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CgroupHierarchy, hasCode, identify, isAlive, listMounts, type Mount, removeGroup } from "@knots/host";

const prefix = "knots-machine-";

/** Every mounted tree of control groups, of both versions. */
export async function groupTrees(): Promise<Mount[]> {
  return (await listMounts()).filter(({ type }) => type === "cgroup" || type === "cgroup2");
}

/** All trees as if they were version 1's, so that one removal covers a hybrid machine too. */
export function everyTree(trees: readonly Mount[]): CgroupHierarchy {
  return { version: 1, trees: Object.fromEntries(trees.map(({ point }) => [point, point])) };
}

/** Names a group after a living process, so that anybody can tell whether it is still needed. */
export async function groupNameFor(pid: number): Promise<string> {
  const self = await identify(pid);
  if (!self) throw new Error(`there is no process ${pid}`);
  return `${prefix}${pid}-${self.startTime}`;
}

export async function enterGroup(group: string): Promise<void> {
  for (const { point, superOptions } of await groupTrees()) {
    const folder = join(point, group);
    await mkdir(folder);
    if (superOptions.includes("cpuset")) await inheritCpuset(point, folder);
    await writeFile(join(folder, "cgroup.procs"), String(process.pid));
  }
}

/** A fresh cpuset of version 1 has neither CPUs nor memory nodes, and admits no process. */
async function inheritCpuset(parent: string, folder: string): Promise<void> {
  for (const name of ["cpuset.cpus", "cpuset.mems"]) {
    await writeFile(join(folder, name), await readFile(join(parent, name), "utf8"));
  }
}

/** Goes to the roots of the trees and removes the group with all that is left in it. */
export async function leaveGroup(group: string): Promise<void> {
  const trees = await groupTrees();
  for (const { point } of trees) await writeFile(join(point, "cgroup.procs"), String(process.pid));
  await removeGroup(everyTree(trees), group);
}

/** Removes groups whose keeper was killed with no chance to do it. */
export async function removeStaleGroups(): Promise<void> {
  const trees = await groupTrees();
  const names = new Set<string>();
  for (const { point } of trees) for (const name of await readdir(point)) if (name.startsWith(prefix)) names.add(name);
  const bootId = (await identify(process.pid))?.bootId ?? "";
  for (const name of names) {
    const [pid, startTime = ""] = name.slice(prefix.length).split("-");
    if (await isAlive({ pid: Number(pid), startTime, bootId })) continue;
    await removeGroup(everyTree(trees), name).catch((error: unknown) => {
      // Another keeper sweeps the same leftovers at this moment.
      if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
    });
  }
}
