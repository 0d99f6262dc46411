// What to make and write so that a group has its limits: one entry, two pure plans behind it.
import type { CgroupHierarchy } from "./hierarchy.ts";
import { planVersion1 } from "./plan-v1.ts";
import { planVersion2 } from "./plan-v2.ts";

/** A limit that is absent is left as it is; "max" takes it away. */
export interface CgroupLimits {
  /** Relative weight as in version 1: 2 to 262,144, where 1,024 is one CPU. */
  readonly cpuShares?: number;
  /** Microseconds of CPU per period of microseconds. */
  readonly cpuQuota?: { readonly quota: number | "max"; readonly period: number };
  readonly memoryBytes?: number | "max";
  readonly pids?: number | "max";
}

/** One change of the file system of control groups; in a plan they are in the order to be done. */
export type CgroupStep =
  | { readonly step: "make"; readonly path: string }
  | { readonly step: "write"; readonly path: string; readonly value: string };

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
