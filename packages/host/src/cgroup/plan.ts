// What to make and write so that a group has its limits: one entry, two pure plans behind it.
import type { CgroupHierarchy } from "./hierarchy.ts";
import type { CgroupLimits, CgroupStep } from "./limits.ts";
import { planVersion1 } from "./plan-v1.ts";
import { planVersion2 } from "./plan-v2.ts";

/** `group` is a path below the trees' roots, such as `kubepods/pod1`; missing parents are made. */
export function planGroup(hierarchy: CgroupHierarchy, group: string, limits: CgroupLimits): CgroupStep[] {
  const names = groupNames(group);
  return hierarchy.version === 1
    ? planVersion1(hierarchy.trees, names, limits)
    : planVersion2(hierarchy.root, names, limits);
}

/** The components of a group's path. Throws on one that is empty or leads out of the tree. */
export function groupNames(group: string): string[] {
  const names = group.replace(/^\//, "").split("/");
  if (names.some((name) => name === "" || name === "." || name === "..")) {
    throw new Error(`not a path of a control group: ${group}`);
  }
  return names;
}
