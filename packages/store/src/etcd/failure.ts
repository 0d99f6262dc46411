// What a failed call means: whether it took effect, whether another member may do better, and the error that the caller sees.
import { StoreError, type StoreErrorCode } from "../error.ts";
import type { CallFailure } from "./port.ts";

export interface Verdict {
  /** Whether another try, at another member, makes sense. */
  readonly again: boolean;
  /** Whether the request certainly had no effect. */
  readonly definite: boolean;
  readonly error: StoreError;
}

/** A refusal by its words: [what the words contain, the code]. Each is final: every member would say the same. */
const REFUSALS: readonly (readonly [RegExp, StoreErrorCode])[] = [
  [/required revision has been compacted/, "compacted"],
  [/required revision is a future revision/, "future-revision"],
  [/requested lease not found/, "lease"],
  [/database space exceeded/, "full"],
  [/too many requests/, "busy"],
  [/corrupt/, "corrupt"],
];
const BY_STATUS: Readonly<Record<string, StoreErrorCode>> = {
  INVALID_ARGUMENT: "invalid",
  FAILED_PRECONDITION: "invalid",
  PERMISSION_DENIED: "denied",
  UNAUTHENTICATED: "denied",
  UNIMPLEMENTED: "format",
};
/** The member answers so before it proposes anything. */
const UNTOUCHED = /no leader|rpc not supported for learner/;

/** Judges a failed call. */
export function judge(failure: CallFailure): Verdict {
  const { code, details, sent } = failure;
  const known = REFUSALS.find(([words]) => words.test(details))?.[1] ?? BY_STATUS[code];
  if (known !== undefined && !UNTOUCHED.test(details)) {
    return { again: false, definite: true, error: new StoreError(known, `etcd: ${details}`, { cause: failure }) };
  }
  const error = new StoreError("unavailable", `no member of etcd answers: ${details}`, { cause: failure });
  return { again: true, definite: !sent || UNTOUCHED.test(details), error };
}

/** The error of a write of which nobody knows whether it took effect. */
export function outcomeUnknown(failure: CallFailure): StoreError {
  const message = `etcd did not say whether the write took effect: ${failure.details}`;
  return new StoreError("unknown-outcome", message, { cause: failure });
}
