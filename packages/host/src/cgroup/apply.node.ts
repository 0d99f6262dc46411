// Carries out plans on control groups, and removes whole subtrees with the processes in them.
import { mkdir, readdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { realClock, sleep } from "@knots/std";
import { hasCode, isMissing, readTextFile } from "../files/atomic.node.ts";
import { listMounts } from "../mounts/unmount.node.ts";
import { type CgroupHierarchy, detectHierarchy, treeRoots } from "./hierarchy.ts";
import type { CgroupLimits, CgroupStep } from "./limits.ts";
import { groupNames, planGroup } from "./plan.ts";

/** The hierarchy of this machine; throws an error that says what to mount when there is none. */
export async function findHierarchy(): Promise<CgroupHierarchy> {
  const hierarchy = detectHierarchy(await listMounts());
  if (hierarchy) return hierarchy;
  throw new Error("no control groups are mounted: run mount -t cgroup2 cgroup2 /sys/fs/cgroup");
}

/** Makes the group with its limits, or changes the limits of an existing one. */
export async function ensureGroup(hierarchy: CgroupHierarchy, group: string, limits: CgroupLimits): Promise<void> {
  for (const step of planGroup(hierarchy, group, limits)) await applyStep(step);
}

async function applyStep(step: CgroupStep): Promise<void> {
  if (step.step === "make") {
    await mkdir(step.path, { recursive: true });
    return;
  }
  try {
    await writeFile(step.path, step.value);
  } catch (cause) {
    throw new Error(`the control group setting ${step.path} = ${step.value} was refused`, { cause });
  }
}

/** Pids in the group and in all groups below it, in every tree, without repetition. */
export async function processesIn(hierarchy: CgroupHierarchy, group: string): Promise<number[]> {
  const pids = new Set<number>();
  for (const folder of await foldersOf(hierarchy, group)) {
    const text = (await readTextFile(join(folder, "cgroup.procs"))) ?? "";
    for (const line of text.split("\n")) if (line !== "") pids.add(Number(line));
  }
  return [...pids];
}

/** Removes the group and all below it from every tree. Processes inside are killed first; none is left behind. */
export async function removeGroup(hierarchy: CgroupHierarchy, group: string): Promise<void> {
  const own = [process.pid, process.ppid];
  for (let round = 0; round < 500; round++) {
    const pids = await processesIn(hierarchy, group);
    if (pids.some((pid) => own.includes(pid))) throw new Error(`refusing to kill this process's own group ${group}`);
    for (const pid of pids) kill(pid);
    if (await removeFolders(await foldersOf(hierarchy, group))) return;
    // A killed process leaves its group when the kernel has reaped it; no event tells when.
    await sleep(realClock, 10);
  }
  const left = await processesIn(hierarchy, group);
  throw new Error(`the control group ${group} stays busy with processes ${left.join(", ") || "that have ended"}`);
}

/** False when one was still busy. */
async function removeFolders(folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (hasCode(error, "EBUSY")) return false;
      if (!isMissing(error)) throw error;
    }
  }
  return true;
}

/** Folders of the group in every tree, the deepest first. */
async function foldersOf(hierarchy: CgroupHierarchy, group: string): Promise<string[]> {
  const names = groupNames(group);
  const found: string[] = [];
  for (const root of treeRoots(hierarchy)) found.push(...(await deepestFirst(join(root, ...names))));
  return found;
}

async function deepestFirst(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const below: string[] = [];
    for (const entry of entries) if (entry.isDirectory()) below.push(...(await deepestFirst(join(folder, entry.name))));
    return [...below, folder];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}
