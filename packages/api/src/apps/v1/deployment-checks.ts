// Rules of a deployment's strategy and deadline.
import { type Check, forbidden, invalid } from "@knots/machinery";
import { checkAmount, checkPart, isZeroAmount } from "./amount-checks.ts";

interface RollingUpdate {
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

/** The rollout can make progress: something may be missing or too many. */
export const rolloutCanMove: Check<RollingUpdate> = function* ({ maxUnavailable, maxSurge }, { path }) {
  const at = path.child("maxUnavailable");
  yield* checkAmount(at, maxUnavailable);
  yield* checkAmount(path.child("maxSurge"), maxSurge);
  if (isZeroAmount(maxUnavailable) && isZeroAmount(maxSurge)) {
    yield invalid(at, maxUnavailable ?? 0, "may not be 0 when `maxSurge` is 0");
  }
  yield* checkPart(at, maxUnavailable);
};

export const onlyRollingRolls: Check<{ readonly type?: string; readonly rollingUpdate?: RollingUpdate }> = function* (
  { type, rollingUpdate },
  { path },
) {
  if (type !== "Recreate" || rollingUpdate === undefined) return;
  yield forbidden(path.child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
};

interface Deadlines {
  readonly progressDeadlineSeconds?: number;
  readonly minReadySeconds?: number;
}
export const deadlineAfterReadiness: Check<Deadlines> = function* (spec, { path }) {
  const { progressDeadlineSeconds, minReadySeconds = 0 } = spec;
  if (progressDeadlineSeconds === undefined || progressDeadlineSeconds > minReadySeconds) return;
  yield invalid(path.child("progressDeadlineSeconds"), progressDeadlineSeconds, "must be greater than minReadySeconds");
};
