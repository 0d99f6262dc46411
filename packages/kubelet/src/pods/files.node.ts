// Logs and last words of pods on this machine.
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isMissing } from "@knots/host";
import { LOG_LIMITS, type LogFile, planRotation } from "./log-rotation.ts";
import { logTail } from "./log-tail.ts";

/** Longest termination message from a file, and from the end of a log, in bytes. */
const MAX_MESSAGE = 4096;
const MAX_LOG_TAIL = 2048;

export interface PodFiles {
  /** Makes the folder for a container's logs inside the pod's. */
  prepareLogs(podFolder: string, container: string): Promise<void>;
  /** What an ended run has left to say; `fallback` is a log to read the end of when it wrote nothing. */
  lastWords(path: string, fallback?: string): Promise<string>;
  /** Moves the log aside when it is too long, and removes the oldest; true when it was moved. */
  rotateLog(path: string, now: number): Promise<boolean>;
  /** Removes the log of one run with what was moved aside. */
  removeLog(path: string): Promise<void>;
  /** Removes the logs of the pod: by its uid, for its name may be forgotten. */
  removeLogs(uid: string): Promise<void>;
}

async function tail(path: string, bytes: number): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const length = Math.min(size, bytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Files of one run: the log and what was moved aside. */
const ofRun = async (path: string): Promise<readonly string[]> =>
  (await namesIn(dirname(path))).filter((name) => name === basename(path) || name.startsWith(`${basename(path)}.`));

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function rotateLog(path: string, now: number): Promise<boolean> {
  // Nearly always: one look is all it takes.
  if ((await sizeOf(path)) < LOG_LIMITS.maxBytes) return false;
  const folder = dirname(path);
  const sized = async (name: string): Promise<LogFile> => ({ name, bytes: (await stat(join(folder, name))).size });
  const files = await Promise.all((await ofRun(path)).map(sized));
  const { remove, moveTo } = planRotation(basename(path), files, now);
  for (const name of remove) await rm(join(folder, name), { force: true });
  if (moveTo === undefined) return false;
  await rename(path, join(folder, moveTo));
  return true;
}

export function createPodFiles(logsDir: string): PodFiles {
  return {
    async prepareLogs(podFolder, container) {
      await mkdir(join(podFolder, container), { recursive: true, mode: 0o755 });
    },
    async lastWords(path, fallback) {
      const words = await tail(path, MAX_MESSAGE);
      if (words !== "" || fallback === undefined) return words;
      return logTail(await tail(fallback, 4 * MAX_LOG_TAIL), MAX_LOG_TAIL);
    },
    rotateLog,
    async removeLog(path) {
      for (const name of await ofRun(path)) await rm(join(dirname(path), name), { force: true });
    },
    async removeLogs(uid) {
      const names = (await namesIn(logsDir)).filter((name) => name.endsWith(`_${uid}`));
      for (const name of names) await rm(join(logsDir, name), { recursive: true, force: true });
    },
  };
}
