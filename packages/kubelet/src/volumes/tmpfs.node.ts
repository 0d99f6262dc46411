// Volumes in memory: one tmpfs each, made once.
import { chmod, mkdir, realpath } from "node:fs/promises";
import { listMounts, run } from "@knots/host";

/** Whether something is mounted exactly there. */
export async function isMountPoint(path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  return (await listMounts()).some(({ point }) => point === real);
}

export interface TmpfsOptions {
  readonly mode: number;
  /** Most bytes; the kernel's default (half of the memory) when absent. */
  readonly size?: number;
}

/** Makes the folder a tmpfs of its own; nothing happens when it is one already. */
export async function ensureTmpfs(path: string, { mode, size }: TmpfsOptions): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o750 });
  if (!(await isMountPoint(path))) {
    const options = ["nosuid", "nodev", `mode=${mode.toString(8)}`, ...(size === undefined ? [] : [`size=${size}`])];
    await run(["mount", "-t", "tmpfs", "-o", options.join(","), "tmpfs", path]);
  }
  await chmod(path, mode);
}
