// The end of our containerd: containers, shims, mounts, groups and sockets, by the book first and by hand where that failed.
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, isMissing, readTextFile } from "../files/atomic.node.ts";
import type { Mount } from "../mounts/mountinfo.ts";
import { listMounts, unmountInside } from "../mounts/unmount.node.ts";
import { adoptDetached, endProcess, stopDetached } from "../process/detached.node.ts";
import { commandLine, identify, listPids, readProcessStat } from "../process/identity.node.ts";
import type { Ctr } from "./ctr.node.ts";
import type { ContainerdPaths } from "./paths.ts";

/** What is still there after the end; empty lists mean that nothing is. */
export interface ContainerdRemains {
  readonly processes: readonly number[];
  /** Mounts that were busy: detached, and gone when their last user is. */
  readonly mounts: readonly string[];
  readonly groups: readonly string[];
}

export async function stopContainerd(paths: ContainerdPaths, ctr: Ctr): Promise<ContainerdRemains> {
  const groups = await containerGroups(paths.socket);
  if (await adoptDetached(paths)) await removeTasks(ctr);
  const sockets = await shimSockets(paths.state);
  await stopDetached(paths, { grace: 10_000 });
  await killShims(paths.socket);
  const { detached } = await unmountInside(paths.state);
  const below = await unmountInside(paths.root);
  for (const path of [...sockets, paths.socket, `${paths.socket}.ttrpc`, paths.state]) {
    await rm(path, { recursive: true, force: true });
  }
  // Fixed places of containerd: removed only when nobody else uses them.
  for (const folder of ["s", "fifo", "runc", ""]) await removeIfEmpty(join("/run/containerd", folder));
  return {
    processes: await shims(paths.socket),
    mounts: [...detached, ...below.detached],
    groups: await removeGroups(groups),
  };
}

/** Every task of every namespace, the containers of pods included. A task that is gone already is no failure. */
async function removeTasks(ctr: Ctr): Promise<void> {
  const list = async (args: readonly string[]) => {
    const answer = await ctr(args, { timeout: 20_000 }).catch(() => undefined);
    return (answer?.stdout ?? "").split("\n").filter((line) => line !== "");
  };
  for (const namespace of await list(["namespaces", "list", "--quiet"])) {
    for (const task of await list(["--namespace", namespace, "tasks", "list", "--quiet"])) {
      await list(["--namespace", namespace, "tasks", "delete", "--force", task]);
    }
  }
}

/** Shims of our containerd: they name its socket in their arguments. */
async function shims(socket: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await listPids()) {
    const argv = await commandLine(pid);
    const at = argv.indexOf("-address");
    if (at > 0 && argv[at + 1] === socket && argv[0]?.includes("containerd-shim")) found.push(pid);
  }
  return found;
}

async function killShims(socket: string): Promise<void> {
  for (const shim of await shims(socket)) {
    for (const pid of [shim, ...(await descendants(shim))]) {
      const identity = await identify(pid);
      if (identity) await endProcess(identity, { grace: 0 });
    }
  }
}

async function descendants(ancestor: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const pid of await listPids()) parents.set(pid, (await readProcessStat(pid))?.parent ?? 0);
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === ancestor || (parent > 1 && isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

/** Folders of the control groups that our containers are in, in every tree. */
async function containerGroups(socket: string): Promise<string[]> {
  const trees = await groupTrees();
  const folders = new Set<string>();
  for (const shim of await shims(socket)) {
    const own = new Set((await groupLines(shim)).map(({ path }) => path));
    for (const pid of await descendants(shim)) {
      for (const { names, path } of await groupLines(pid)) {
        const tree = trees.find((mount) =>
          names === "" ? mount.type === "cgroup2" : names.split(",").every((name) => mount.superOptions.includes(name)),
        );
        if (tree && path !== "/" && !own.has(path)) folders.add(join(tree.point, path));
      }
    }
  }
  return [...folders];
}

async function groupTrees(): Promise<Mount[]> {
  return (await listMounts()).filter(({ type }) => type === "cgroup" || type === "cgroup2");
}

async function groupLines(pid: number): Promise<{ names: string; path: string }[]> {
  const text = (await readTextFile(`/proc/${pid}/cgroup`)) ?? "";
  return text.split("\n").flatMap((line) => {
    const [, names, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return names === undefined || path === undefined ? [] : [{ names, path }];
  });
}

/** Removes empty groups; gives those that stay busy. */
async function removeGroups(folders: readonly string[]): Promise<string[]> {
  const busy: string[] = [];
  for (const folder of folders) if (!(await removeIfEmpty(folder))) busy.push(folder);
  // runc makes a parent named after containerd's namespace and leaves it; others may still use it.
  for (const { point } of await groupTrees()) await removeIfEmpty(join(point, "k8s.io"));
  return busy;
}

/** True when the folder is gone. */
async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (isMissing(error)) return true;
    if (hasCode(error, "ENOTEMPTY", "EBUSY", "EACCES", "EPERM")) return false;
    throw error;
  }
}

/** Addresses that shims wrote into their bundles; their sockets live in a folder that all containerds share. */
async function shimSockets(state: string): Promise<string[]> {
  const home = join(state, "io.containerd.runtime.v2.task");
  const found: string[] = [];
  for (const namespace of await namesIn(home)) {
    for (const id of await namesIn(join(home, namespace))) {
      const address = await readTextFile(join(home, namespace, id, "address"));
      if (address?.startsWith("unix://")) found.push(address.trim().slice("unix://".length));
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
