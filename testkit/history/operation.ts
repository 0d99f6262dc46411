// What a client asked of a store, what it was told and when: the material that the checkers judge.
import type {
  KeyRange,
  RangeOptions,
  RangeResult,
  Revision,
  StoreErrorCode,
  Txn,
  TxnResult,
  WatchBatch,
} from "@knots/store";

export type Request =
  | { readonly type: "txn"; readonly txn: Txn }
  | { readonly type: "range"; readonly options: RangeOptions }
  | { readonly type: "compact"; readonly to: Revision }
  | { readonly type: "grant"; readonly ttlSeconds: number }
  | { readonly type: "revoke"; readonly id: number }
  /** Nobody's call: leases may run out at any time after their grants, here all in one revision. The outcome is always `unknown`. */
  | { readonly type: "expire"; readonly ids: readonly number[] };

/**
 * - `refused`: the store said no, and nothing changed. The reason is judged too, where the model knows when it is true.
 * - `unknown`: it may have happened at any time between start and end, or never.
 */
export type Outcome =
  | { readonly type: "txn"; readonly result: TxnResult }
  | { readonly type: "range"; readonly result: RangeResult }
  | { readonly type: "grant"; readonly id: number }
  | { readonly type: "done" }
  | { readonly type: "refused"; readonly code: StoreErrorCode }
  | { readonly type: "unknown" };

export interface Operation {
  /** Whoever calls one after the other; only for messages. */
  readonly process: number | string;
  readonly op: Request;
  /** Before the call was sent. Any clock that all processes share. */
  readonly start: number;
  /** After the answer came; `Infinity` for an unknown outcome that may still take effect. */
  readonly end: number;
  readonly outcome: Outcome;
}

export type History = readonly Operation[];

/** How a watch ended: `open` when the recording stopped before it, `ended` by its reader. */
export type WatchEnd =
  | { readonly type: "open" }
  | { readonly type: "ended" }
  | { readonly type: "error"; readonly code: StoreErrorCode };

/** One watch from its opening to its end. */
export interface WatchRecord {
  readonly name: string;
  readonly range: KeyRange;
  /** First revision wanted. Absent: the present, whatever it was; then the first batch says. */
  readonly from?: Revision | undefined;
  readonly batches: readonly WatchBatch[];
  readonly end: WatchEnd;
  /** Everything up to here must have been delivered when the recording stopped. Absent: unknown. */
  readonly until?: Revision | undefined;
  /** The compacted revision when it was opened, and when it ended. Absent: unknown. */
  readonly compactedAtOpen?: Revision | undefined;
  readonly compactedAtEnd?: Revision | undefined;
}
