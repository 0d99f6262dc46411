// The one error type of the store: a code to act on, a message to read.

/**
 * - `compacted`: the revision asked for is no longer kept; read again from the present.
 * - `slow`: a watcher fell behind the kept history; treat it like `compacted`.
 * - `future-revision`: a read asked for a revision that does not exist yet.
 * - `lease`: the lease named does not exist (never granted, revoked, or expired).
 * - `invalid`: the request contradicts itself (one key written twice in a transaction).
 * - `busy`: too many bytes wait for the disk; nothing was written; try again later.
 * - `full`: the disk has no space; nothing was written; the store recovers by itself.
 * - `io`: the disk failed; whether the write survives is unknown until the store is opened again.
 * - `unknown-outcome`: the write was sent and no answer came: it may have taken effect, or still may. Read before trying again.
 * - `unavailable`: nobody who could answer was reached; nothing was written; try again.
 * - `denied`: the store does not let this client do that.
 * - `closed`: the store was closed. `locked`: another process owns the directory.
 * - `corrupt`: the files are damaged. `format`: the files were written by a newer version.
 */
export type StoreErrorCode =
  | "compacted"
  | "slow"
  | "future-revision"
  | "lease"
  | "invalid"
  | "busy"
  | "full"
  | "io"
  | "unknown-outcome"
  | "unavailable"
  | "denied"
  | "closed"
  | "locked"
  | "corrupt"
  | "format";

/** An expected failure of the store. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
