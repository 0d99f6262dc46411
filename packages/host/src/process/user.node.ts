// Giving up root for good, from inside the process.
import type { Owner } from "../files/atomic.node.ts";

/** Whether this process is root. */
export const isRoot = (): boolean => process.geteuid?.() === 0;

/**
 * Makes this process, with all its threads, an unprivileged one: no groups but the owner's, and no capabilities, which Linux
 * takes with the user. There is no way back. Files that it makes are readable by itself only.
 */
export function becomeUser({ uid, gid }: Owner): void {
  const { setgroups, setgid, setuid, geteuid, getgroups } = process;
  if (!setgroups || !setgid || !setuid) throw new Error("this system has no users to change to");
  process.umask(0o077);
  setgroups([]);
  setgid(gid);
  setuid(uid);
  if (geteuid?.() !== uid || getgroups?.().some((group) => group !== gid))
    throw new Error(`this process could not become user ${uid}`);
}
