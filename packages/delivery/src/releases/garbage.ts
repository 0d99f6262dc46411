// Which images may go from the registry: never one of a kept release or a running Deployment. Pure.

/** An image as the registry has it. */
export interface StoredImage {
  /** `namespace/site`. */
  readonly repository: string;
  /** `sha256:...` of the manifest. */
  readonly digest: string;
  readonly tags: readonly string[];
  /** Bytes that go with it, as far as known. */
  readonly bytes: number;
  /** When it was pushed, in milliseconds since the epoch. */
  readonly pushedAt: number;
}

/** Shares of the disk, between 0 and 1. */
export interface Watermarks {
  /** From here on images are collected that could wait otherwise. */
  readonly high: number;
  /** Until the disk is down to this. */
  readonly low: number;
}

export interface GarbageSnapshot {
  readonly images: readonly StoredImage[];
  /** `repository@sha256:...` of every kept release, serving Deployment and build that is not yet a release. */
  readonly used: ReadonlySet<string>;
  /** Repositories whose site exists. */
  readonly repositories: ReadonlySet<string>;
  readonly disk: { readonly totalBytes: number; readonly freeBytes: number };
  readonly watermarks: Watermarks;
  /** Milliseconds for which an unused image stays while there is room. */
  readonly keep: number;
  /** Milliseconds for which a fresh image stays in any case: its release may be on its way. */
  readonly fresh: number;
}

export const DEFAULT_GARBAGE = {
  watermarks: { high: 0.85, low: 0.75 },
  keep: 24 * 3_600_000,
  fresh: 3_600_000,
} as const;

export interface GarbagePlan {
  /** In the order in which they should go. */
  readonly remove: readonly StoredImage[];
  /** The disk is over its mark and nothing more may go: people must free space. */
  readonly stuck: boolean;
}

const nameOf = ({ repository, digest }: StoredImage): string => `${repository}@${digest}`;

/** Decides what goes at `now`, oldest first. */
export function garbagePlan(snapshot: GarbageSnapshot, now: number): GarbagePlan {
  const { images, used, repositories, disk, watermarks, keep, fresh } = snapshot;
  const free = images.filter((image) => !used.has(nameOf(image)) && now - image.pushedAt >= fresh);
  const oldest = free.toSorted((a, b) => a.pushedAt - b.pushedAt || (nameOf(a) < nameOf(b) ? -1 : 1));
  const due = (image: StoredImage): boolean => !repositories.has(image.repository) || now - image.pushedAt >= keep;
  const over = disk.totalBytes - disk.freeBytes > watermarks.high * disk.totalBytes;
  const remove = oldest.filter(due);
  if (!over) return { remove, stuck: false };
  let occupied = disk.totalBytes - disk.freeBytes - remove.reduce((sum, { bytes }) => sum + bytes, 0);
  const goal = watermarks.low * disk.totalBytes;
  for (const image of oldest.filter((each) => !due(each))) {
    if (occupied <= goal) break;
    remove.push(image);
    occupied -= image.bytes;
  }
  return { remove, stuck: occupied > goal };
}
