// Log files of daemons with a cap: the daemon appends to the file itself, so it keeps logging when we are gone.
import { watch } from "node:fs";
import { copyFile, mkdir, open, rm, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode, isMissing } from "../files/atomic.node.ts";

/** Default bytes of one log file; one older file of the same size is kept beside it. */
export const defaultLogCap = 10 * 1024 * 1024;

/** Opens for appending, which is what makes truncation safe while the daemon writes. */
export async function openLog(path: string) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return await open(path, "a", 0o600);
}

/**
 * Moves the content to `<path>.1` when the file has outgrown `cap` bytes; true when it did.
 * Lines written between copy and truncation are lost: the price of a writer that cannot be told to reopen. On a full disk
 * the content is dropped: it would never fit.
 */
export async function capLog(path: string, cap: number = defaultLogCap): Promise<boolean> {
  const size = await sizeOf(path);
  if (size <= cap) return false;
  const older = `${path}.1`;
  // The place of the older one is free for the copy, so that a full disk is no hindrance; if it is, the copy goes.
  await rm(older, { force: true });
  await copyFile(path, older).catch((error: unknown) => {
    if (!hasCode(error, "ENOSPC", "EDQUOT")) throw error;
    return rm(older, { force: true });
  });
  await truncate(path, 0);
  return true;
}

/** Caps the file after every write to it, until disposed. At most one rotation runs at a time. */
export function keepLogCapped(path: string, cap: number = defaultLogCap): Disposable {
  let busy = false;
  const watcher = watch(path, { persistent: false }, () => {
    if (busy) return;
    busy = true;
    capLog(path, cap).then(
      () => {
        busy = false;
      },
      () => watcher.close(),
    );
  });
  watcher.on("error", () => watcher.close());
  return { [Symbol.dispose]: () => watcher.close() };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
