// How long a request may take, as its client says with `timeout`.
import { parseGoDuration } from "@knots/std";
import { badRequest } from "../errors.ts";

const wrong = (why: string): Error => badRequest(`invalid timeout specified in the request URL - ${why}`);

/** Milliseconds that a request gets: what its client wants, at most `limit`; none and zero want nothing. */
export function patience(query: URLSearchParams, limit: number): number {
  const text = query.get("timeout") ?? "";
  if (text === "") return limit;
  const parsed = parseGoDuration(text);
  if (parsed.milliseconds === undefined) throw wrong(parsed.why);
  const wanted = parsed.milliseconds;
  if (wanted < 0) throw wrong("timeout can not be a negative value");
  return wanted > 0 ? Math.min(wanted, limit) : limit;
}
