// How long a request may take: what its client says with `timeout`, at most what the server gives.
import { parseGoDuration, type Timer } from "@knots/std";
import { badRequest, requestTimeout } from "../errors.ts";
import type { Call } from "./call.ts";

const wrong = (why: string): Error => badRequest(`invalid timeout specified in the request URL - ${why}`);

/** Milliseconds that a request gets: what its client wants, at most `limit`; none and zero want nothing. */
function patience(query: URLSearchParams, limit: number): number {
  const text = query.get("timeout") ?? "";
  if (text === "") return limit;
  const parsed = parseGoDuration(text);
  if (parsed.milliseconds === undefined) throw wrong(parsed.why);
  const wanted = parsed.milliseconds;
  if (wanted < 0) throw wrong("timeout can not be a negative value");
  return wanted > 0 ? Math.min(wanted, limit) : limit;
}

/**
 * Runs `work` until it is done, the client has left, or the time is over (504). An answer that has begun by then gets the server's time
 * once more to reach its client, and is broken off after that.
 */
export async function limited(call: Call, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { parts, exchange } = call;
  const { clock, limits } = parts;
  const { request, response } = exchange;
  const over = new AbortController();
  const leave = (): void => over.abort();
  request.signal.addEventListener("abort", leave, { once: true });
  const late = Promise.withResolvers<never>();
  const expire = (): void => {
    if (response.started) {
      timer = clock.setTimer(limits.timeout, () => response.abort());
      return;
    }
    late.reject(requestTimeout());
    over.abort();
  };
  let timer: Timer = clock.setTimer(patience(request.query, limits.timeout), expire);
  try {
    await Promise.race([work(over.signal), late.promise]);
  } finally {
    timer.cancel();
    request.signal.removeEventListener("abort", leave);
  }
}
