// Public names of @knots/store.

export { createMemoryDisk } from "./disk.memory.ts";
export { openNodeDisk } from "./disk.node.ts";
export type { Disk, DiskFile, DiskLock } from "./disk.ts";
export { openMemoryStore, type StoreLimits } from "./engine.ts";
export { StoreError, type StoreErrorCode } from "./error.ts";
export { inRange, type KeyRange, prefixEnd, UNBOUNDED } from "./keys.ts";
export { type OpenOptions, openStore } from "./open.ts";
export type * from "./store.ts";
export { DEFAULT_WINDOW, type HistoryWindow } from "./window.ts";
