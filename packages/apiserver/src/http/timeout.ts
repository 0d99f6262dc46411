// How long a request may take, as its client says with `timeout`.
import { badRequest } from "../errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00b5s": 1e-3,
  "\u03bcs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)?/y;

const wrong = (why: string): Error => badRequest(`invalid timeout specified in the request URL - ${why}`);

/** A duration in Go's form, such as `1m30s`, in milliseconds. Throws a 400 in Go's words. */
function parseDuration(text: string): number {
  const sign = /^[-+]/.test(text) ? 1 : 0;
  if (text.slice(sign) === "0") return 0;
  let total = 0;
  PART.lastIndex = sign;
  do {
    const [, amount, unit] = PART.exec(text) ?? [];
    if (amount === undefined) throw wrong(`time: invalid duration ${JSON.stringify(text)}`);
    if (unit === undefined) throw wrong(`time: missing unit in duration ${JSON.stringify(text)}`);
    total += Number(amount) * (UNITS[unit] ?? 0);
  } while (PART.lastIndex < text.length);
  return text.startsWith("-") ? -total : total;
}

/** Milliseconds that a request gets: what its client wants, at most `limit`; none and zero want nothing. */
export function patience(query: URLSearchParams, limit: number): number {
  const text = query.get("timeout") ?? "";
  if (text === "") return limit;
  const wanted = parseDuration(text);
  if (wanted < 0) throw wrong("timeout can not be a negative value");
  return wanted > 0 ? Math.min(wanted, limit) : limit;
}
