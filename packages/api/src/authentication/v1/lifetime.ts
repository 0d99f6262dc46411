// How long a token may be asked for.
import { type Check, invalid } from "@knots/machinery";

const LEAST = 600;
const MOST = 2 ** 32;

/** From ten minutes to 2^32 seconds. */
export const lifetime: Check<{ readonly expirationSeconds?: number }> = function* (value, { path }) {
  const { expirationSeconds = LEAST } = value;
  const at = path.child("expirationSeconds");
  if (expirationSeconds < LEAST)
    yield invalid(at, expirationSeconds, "may not specify a duration less than 10 minutes");
  if (expirationSeconds > MOST)
    yield invalid(at, expirationSeconds, "may not specify a duration larger than 2^32 seconds");
};
