// A watch as an HTTP answer: events are written as they happen, never held back.
import type { WatchEvent } from "@knots/client";
import type { AnyKind } from "@knots/machinery";
import type { Call } from "./call.ts";
import type { Chosen } from "./negotiate.ts";
import { eventEncoder } from "./watch-events.ts";

export interface WatchForm {
  readonly kind: AnyKind | undefined;
  readonly chosen: Chosen;
}

/** Writes events until the watch ends or the client leaves. */
export async function serveWatch(
  { parts, exchange, headers }: Call,
  events: AsyncIterable<WatchEvent>,
  { kind, chosen }: WatchForm,
): Promise<void> {
  const { request, response } = exchange;
  const includeObject = request.query.get("includeObject");
  const encode = eventEncoder({ kind, shape: chosen.shape, includeObject, now: () => parts.clock.now() });
  response.head(200, { ...headers, "content-type": "application/json" });
  for await (const event of events) {
    if (request.signal.aborted) break;
    await response.write(encode(event));
  }
  response.end();
}
