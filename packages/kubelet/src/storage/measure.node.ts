// Measures what pods take of the disk: their empty directories and logs, by du as upstream does.
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { tryRun } from "@knots/host";
import type { Instance } from "../runtime/runtime.ts";
import { podPaths } from "../volumes/paths.node.ts";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Bytes that a tree takes on its disk; what other file systems in it take does not count. Files may go meanwhile. */
async function diskUse(path: string): Promise<number> {
  if (!(await exists(path))) return 0;
  const { stdout } = await tryRun(["du", "--summarize", "--block-size=1", "--one-file-system", "--", path]);
  return Number(/^\d+/.exec(stdout)?.[0] ?? 0);
}

/** The port through which storage is measured. */
export interface StorageMeter {
  /** Bytes of an empty directory on disk. */
  folder(podUid: string, volume: string): Promise<number>;
  /** Bytes of all logs of a run's container. */
  logs(run: Instance): Promise<number>;
}

/** `root` is the kubelet's folder. */
export const createStorageMeter = (root: string): StorageMeter => ({
  folder: (uid, volume) => diskUse(podPaths(root, uid).volume("empty-dir", volume)),
  logs: async ({ logPath }) => (logPath === undefined ? 0 : diskUse(dirname(logPath))),
});
