// Which control groups this machine has: version 1 (one tree per controller) or version 2 (one tree).
import type { Mount } from "../mounts/mountinfo.ts";

/** The controllers that pods are limited by. */
export type Controller = "cpu" | "memory" | "pids";

export const controllers: readonly Controller[] = ["cpu", "memory", "pids"];

/** Where groups live. Version 1 names the mount point of each controller's tree, also of those we do not limit by. */
export type CgroupHierarchy =
  | { readonly version: 1; readonly trees: Readonly<Record<string, string>> }
  | { readonly version: 2; readonly root: string };

/** Name among version 1's trees of a version 2 tree beside them, which limits nothing. */
const UNIFIED = "unified";

const controllerNames = new Set([
  "cpu",
  "cpuacct",
  "cpuset",
  "memory",
  "devices",
  "freezer",
  "blkio",
  "pids",
  "net_cls",
  "net_prio",
  "perf_event",
  "hugetlb",
  "rdma",
  "misc",
]);

/** Undefined when no tree is mounted. A machine with both (hybrid) counts as version 1 when memory is a v1 tree. */
export function detectHierarchy(mounts: readonly Mount[]): CgroupHierarchy | undefined {
  const trees: Record<string, string> = {};
  for (const mount of mounts.filter(({ type }) => type === "cgroup")) {
    for (const option of mount.superOptions) {
      if (controllerNames.has(option) || option.startsWith("name=")) trees[option] ??= mount.point;
    }
  }
  const unified = mounts.find(({ type }) => type === "cgroup2");
  // Runtimes make their groups in the second tree of a hybrid machine too, so that is one to clear.
  if (trees["memory"] !== undefined)
    return { version: 1, trees: { ...trees, ...(unified && { [UNIFIED]: unified.point }) } };
  return unified && { version: 2, root: unified.point };
}

/** The distinct roots of all trees. */
export function treeRoots(hierarchy: CgroupHierarchy): string[] {
  return hierarchy.version === 2 ? [hierarchy.root] : [...new Set(Object.values(hierarchy.trees))];
}
