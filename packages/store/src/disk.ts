// The disk port: one flat directory of files. What is written is durable only after `sync`; a new name only after `syncDirectory`.

/** All failures are `StoreError`s: `full` when there is no space, `io` for everything else that breaks. */
export interface Disk {
  /** Names of the files, in no order. */
  list(): Promise<readonly string[]>;
  /** Makes an empty file, in place of one of that name. */
  create(name: string): Promise<DiskFile>;
  /** Opens a file that is there for reading and writing. */
  open(name: string): Promise<DiskFile>;
  /** Atomically takes the place of a file called `to`. */
  rename(from: string, to: string): Promise<void>;
  /** Removing what is not there is no error. */
  remove(name: string): Promise<void>;
  /** Keeps the files as they are now under a label, out of the way: what happens to them later does not concern the copies. Costs no space at first. */
  keep(label: string): Promise<void>;
  /** Makes creations, renames and removals durable. */
  syncDirectory(): Promise<void>;
  /** Takes exclusive ownership until `release`, or fails with `locked`. The operating system releases it when the process dies. */
  lock(): Promise<DiskLock>;
  /** What `sync` is good for on this disk, in words. */
  readonly promise: string;
}

export interface DiskLock {
  release(): Promise<void>;
}

/** Calls on one file do not overlap, except reads. */
export interface DiskFile {
  size(): Promise<number>;
  /** Up to `length` bytes from `position`; fewer only at the end of the file. The caller owns the bytes. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Writes all of `bytes`, beyond the end too. On failure any part may have been written. */
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Writes all of `bytes` and makes these (not other writes) durable: one step where the system can, so half the time of `write` and `sync`. */
  writeThrough(position: number, bytes: Uint8Array): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Makes the file's bytes and length durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
