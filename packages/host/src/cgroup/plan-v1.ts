// Limits in version 1: the same path in the tree of each controller.
import { controllers } from "./hierarchy.ts";
import type { CgroupLimits, CgroupStep } from "./limits.ts";

export function planVersion1(
  trees: Readonly<Record<string, string>>,
  names: readonly string[],
  limits: CgroupLimits,
): CgroupStep[] {
  const roots = new Set(controllers.flatMap((controller) => trees[controller] ?? []));
  const makes = [...roots].flatMap((root) =>
    names.map((_, depth): CgroupStep => ({ step: "make", path: [root, ...names.slice(0, depth + 1)].join("/") })),
  );
  const writes = settings(limits).flatMap(([controller, file, value]): CgroupStep[] => {
    const root = trees[controller];
    return root === undefined ? [] : [{ step: "write", path: [root, ...names, file].join("/"), value: String(value) }];
  });
  return [...makes, ...writes];
}

function settings({ cpuShares, cpuQuota, memoryBytes, pids }: CgroupLimits) {
  const list: (readonly [string, string, number | string])[] = [];
  if (cpuShares !== undefined) list.push(["cpu", "cpu.shares", cpuShares]);
  if (cpuQuota) {
    // The period first: a quota is checked against the period in force.
    list.push(["cpu", "cpu.cfs_period_us", cpuQuota.period]);
    list.push(["cpu", "cpu.cfs_quota_us", cpuQuota.quota === "max" ? -1 : cpuQuota.quota]);
  }
  if (memoryBytes !== undefined)
    list.push(["memory", "memory.limit_in_bytes", memoryBytes === "max" ? -1 : memoryBytes]);
  if (pids !== undefined) list.push(["pids", "pids.max", pids]);
  return list;
}
