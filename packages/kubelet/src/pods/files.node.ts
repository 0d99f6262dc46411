// Logs and last words of pods on this machine.
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "@knots/host";
import { logTail } from "./log-tail.ts";

/** Longest termination message from a file, and from the end of a log, in bytes. */
const MAX_MESSAGE = 4096;
const MAX_LOG_TAIL = 2048;

export interface PodFiles {
  /** Makes the folder for a container's logs inside the pod's. */
  prepareLogs(podFolder: string, container: string): Promise<void>;
  /** What an ended run has left to say; `fallback` is a log to read the end of when it wrote nothing. */
  lastWords(path: string, fallback?: string): Promise<string>;
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
    async removeLogs(uid) {
      const names = (await namesIn(logsDir)).filter((name) => name.endsWith(`_${uid}`));
      for (const name of names) await rm(join(logsDir, name), { recursive: true, force: true });
    },
  };
}
