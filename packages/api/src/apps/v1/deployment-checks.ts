// Rules of a deployment's strategy and deadline.
import { type Check, type FieldError, type FieldPath, forbidden, invalid } from "@knots/machinery";

type Amount = number | string | undefined;
interface RollingUpdate {
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

function* checkAmount(path: FieldPath, amount: Amount): Iterable<FieldError> {
  if (typeof amount === "number" && amount < 0) yield invalid(path, amount, "must be greater than or equal to 0");
  if (typeof amount === "string" && !/^[0-9]+%$/.test(amount)) yield invalid(path, amount, PERCENT);
}

const isZero = (amount: Amount): boolean => amount === undefined || amount === 0 || /^0+%$/.test(`${amount}`);

/** The rollout can make progress: something may be missing or too many. */
export const rolloutCanMove: Check<RollingUpdate> = function* ({ maxUnavailable, maxSurge }, { path }) {
  const at = path.child("maxUnavailable");
  yield* checkAmount(at, maxUnavailable);
  yield* checkAmount(path.child("maxSurge"), maxSurge);
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    yield invalid(at, maxUnavailable ?? 0, "may not be 0 when `maxSurge` is 0");
  }
  if (typeof maxUnavailable === "string" && Number.parseInt(maxUnavailable, 10) > 100) {
    yield invalid(at, maxUnavailable, "must not be greater than 100%");
  }
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
