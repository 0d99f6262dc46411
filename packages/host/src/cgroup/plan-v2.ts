// Limits in version 2: one tree, in which every parent first hands its controllers down.
import { controllers } from "./hierarchy.ts";
import type { CgroupLimits, CgroupStep } from "./limits.ts";

export function planVersion2(root: string, names: readonly string[], limits: CgroupLimits): CgroupStep[] {
  const handDown = controllers.map((controller) => `+${controller}`).join(" ");
  const makes = names.flatMap((_, depth): CgroupStep[] => {
    const parent = [root, ...names.slice(0, depth)].join("/");
    return [
      { step: "write", path: `${parent}/cgroup.subtree_control`, value: handDown },
      { step: "make", path: `${parent}/${names[depth]}` },
    ];
  });
  const group = [root, ...names].join("/");
  const writes = settings(limits).map(
    ([file, value]): CgroupStep => ({ step: "write", path: `${group}/${file}`, value: String(value) }),
  );
  return [...makes, ...writes];
}

function settings({ cpuShares, cpuQuota, memoryBytes, pids }: CgroupLimits) {
  const list: (readonly [string, number | string])[] = [];
  if (cpuShares !== undefined) list.push(["cpu.weight", weightOf(cpuShares)]);
  if (cpuQuota) list.push(["cpu.max", `${cpuQuota.quota} ${cpuQuota.period}`]);
  if (memoryBytes !== undefined) list.push(["memory.max", memoryBytes]);
  if (pids !== undefined) list.push(["pids.max", pids]);
  return list;
}

/** Maps 2..262,144 shares to 1..10,000 linearly, as runc does, so that pods and containers agree. */
function weightOf(shares: number): number {
  const bounded = Math.min(Math.max(shares, 2), 262_144);
  return 1 + Math.floor(((bounded - 2) * 9_999) / 262_142);
}
