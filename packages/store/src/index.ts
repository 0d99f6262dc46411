// Public names of @knots/store.
export { openMemoryStore, type StoreLimits } from "./engine.ts";
export { StoreError, type StoreErrorCode } from "./error.ts";
export { inRange, type KeyRange, prefixEnd, UNBOUNDED } from "./keys.ts";
export type * from "./store.ts";
export { DEFAULT_WINDOW, type HistoryWindow } from "./window.ts";
