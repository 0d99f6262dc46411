// What a plan decides: writes, a status, events and when to look again. Pure data, applied by the controller runtime.
import type { AnyKind, ApiError, KubeObject } from "@knots/machinery";
import type { DeleteOptions } from "../transport/transport.ts";

/**
 * One write. Independent writes of a plan may run in any order and at the same time (bounded). With `onlyIfLive` it is
 * skipped unless a fresh read shows that object with the same uid and not being deleted (adoption needs this).
 */
export type Write = WriteVerb & { readonly onlyIfLive?: { readonly kind: AnyKind; readonly object: KubeObject } };
type WriteVerb =
  | { readonly verb: "create"; readonly kind: AnyKind; readonly object: KubeObject; readonly ignoreExisting?: boolean }
  /** Full update guarded by the object's resourceVersion. */
  | { readonly verb: "update"; readonly kind: AnyKind; readonly object: KubeObject; readonly subresource?: string }
  /** Merge patch; guarded when the body carries metadata.resourceVersion or uid. */
  | {
      readonly verb: "patch";
      readonly kind: AnyKind;
      readonly object: KubeObject;
      readonly body: object;
      readonly subresource?: string;
    }
  /** Deletion guarded by the object's uid (and its resourceVersion when `exact`). */
  | {
      readonly verb: "delete";
      readonly kind: AnyKind;
      readonly object: KubeObject;
      readonly options?: DeleteOptions;
      readonly exact?: boolean;
    };

/** What became of one write: the server's answer (absent after deletions), or its refusal. */
export interface WriteOutcome {
  readonly write: Write;
  readonly object?: KubeObject;
  readonly error?: ApiError;
}

/** An Event to record about `regarding`, aggregated with equal ones by the recorder. */
export interface PlannedEvent {
  readonly regarding: KubeObject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** Part of the object that is meant, such as `spec.containers{web}`. */
  readonly fieldPath?: string;
}

/**
 * A decision. Writes are applied first; `status` is the primary object with its new status, written through the status
 * subresource only when it differs, also when a write failed; `events` are recorded last, and only if no write failed. `wakeAt` (milliseconds since the epoch) asks for another look.
 * `report` (pure) is called after the writes, refused ones included, for what depends on their outcome: names that the
 * server made, failures to show in status and events; what it returns replaces `status` and adds to `events`. A refused write still fails the round.
 */
export interface Plan {
  readonly writes?: readonly Write[];
  readonly status?: KubeObject;
  readonly events?: readonly PlannedEvent[];
  readonly wakeAt?: number;
  readonly report?: (outcomes: readonly WriteOutcome[]) => Pick<Plan, "status" | "events">;
}

/** The plan that does nothing. */
export const NO_PLAN: Plan = {};
