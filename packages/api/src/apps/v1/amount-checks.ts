// Rules of amounts that are a count or a percentage of pods.
import { type FieldError, type FieldPath, invalid } from "@knots/machinery";

/** A count, or a percentage as text. */
export type Amount = number | string | undefined;

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A count that is not negative, or a percentage. */
export function* checkAmount(path: FieldPath, amount: Amount): Iterable<FieldError> {
  if (typeof amount === "number" && amount < 0) yield invalid(path, amount, "must be greater than or equal to 0");
  if (typeof amount === "string" && !/^[0-9]+%$/.test(amount)) yield invalid(path, amount, PERCENT);
}

/** A percentage of at most all. */
export function* checkPart(path: FieldPath, amount: Amount): Iterable<FieldError> {
  if (typeof amount === "string" && Number.parseInt(amount, 10) > 100) {
    yield invalid(path, amount, "must not be greater than 100%");
  }
}

/** Whether an amount is nothing whatever it is a part of. */
export const isZeroAmount = (amount: Amount): boolean =>
  amount === undefined || amount === 0 || /^0+%$/.test(`${amount}`);
