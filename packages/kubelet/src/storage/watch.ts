// Looks after the disk: pods that take more of it than they may are ended, as upstream evicts them.
import type { Pod } from "@knots/api";
import { type Clock, type Logger, sleep } from "@knots/std";
import type { Instance, Runtime } from "../runtime/runtime.ts";
import { diskFolders, excess, isLimited, type StorageUse } from "./limits.ts";
import type { StorageMeter } from "./measure.node.ts";

/** A pod at work with its containers' runs. */
export interface StoredPod {
  readonly pod: Pod;
  readonly runs: readonly Instance[];
}

export interface StorageOptions {
  readonly runtime: Pick<Runtime, "written">;
  readonly meter: StorageMeter;
  readonly pods: () => readonly StoredPod[];
  readonly evict: (podUid: string, message: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Milliseconds between looks; a fifth of upstream's, for a program fills gigabytes in ten seconds. */
const EVERY = 2000;
/** Looking may take this part of the time: large trees are walked more seldom. */
const SHARE = 10;

async function measure(
  { pod, runs }: StoredPod,
  meter: StorageMeter,
  written: ReadonlyMap<string, number>,
): Promise<StorageUse> {
  const volumes = new Map<string, number>();
  for (const { name } of diskFolders(pod)) volumes.set(name, await meter.folder(pod.metadata.uid, name));
  const containers = new Map<string, number>();
  // The newest run of each container: its folder holds the logs of them all.
  for (const run of runs)
    if (!containers.has(run.name)) containers.set(run.name, (await meter.logs(run)) + (written.get(run.id) ?? 0));
  return { volumes, containers };
}

const isActive = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";

/** Looks until the signal aborts. */
export async function watchStorage(options: StorageOptions): Promise<void> {
  const { runtime, meter, pods, evict, clock, log, signal } = options;
  while (!signal.aborted) {
    const start = clock.monotonic();
    try {
      const limited = pods().filter(({ pod }) => isLimited(pod) && isActive(pod));
      const written = limited.length === 0 ? new Map<string, number>() : await runtime.written();
      for (const each of limited) {
        const message = excess(each.pod, await measure(each, meter, written));
        if (message !== undefined) evict(each.pod.metadata.uid, message);
      }
    } catch (error) {
      log.warn("the disk use of pods could not be measured", { error });
    }
    const took = clock.monotonic() - start;
    await sleep(clock, Math.max(EVERY, took * SHARE), signal).catch(() => {});
  }
}
