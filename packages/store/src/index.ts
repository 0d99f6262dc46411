// Public names of @knots/store.

export { checkStore, type StoredReport } from "./check.ts";
export { type CutMode, createFaultDisk, type DiskStep, type Fate, type FaultDisk } from "./disk.faults.ts";
export { createMemoryDisk } from "./disk.memory.ts";
export { openNodeDisk } from "./disk.node.ts";
export type { Disk, DiskFile, DiskLock } from "./disk.ts";
export { openMemoryStore, type StoreLimits } from "./engine.ts";
export { StoreError, type StoreErrorCode } from "./error.ts";
export { type EtcdLimits, type EtcdOptions, openEtcdStore } from "./etcd/etcd-store.ts";
export type { CallLimits, EtcdConnection, EtcdConnector, TwoWay } from "./etcd/port.ts";
export { inRange, type KeyRange, prefixEnd, UNBOUNDED } from "./keys.ts";
export { type OpenOptions, openStore } from "./open.ts";
export {
  type BackupReport,
  backupStored,
  checkBackup,
  type Restored,
  type RestoreOptions,
  restoreStore,
} from "./restore.ts";
export type * from "./store.ts";
export { DEFAULT_WINDOW, type HistoryWindow } from "./window.ts";
