// A watch as an HTTP answer: events are written as they happen, never held back.
import type { WatchEvent } from "@knots/client";
import type { AnyKind } from "@knots/machinery";
import type { Call } from "./call.ts";
import type { ChosenStream } from "./negotiate.ts";
import { eventEncoder } from "./watch-events.ts";

export interface WatchForm {
  readonly kind: AnyKind | undefined;
  readonly chosen: ChosenStream;
  /** Called when the initial events are through, where the client wanted them. */
  readonly listed: () => void;
}

/** Writes events until the watch ends or the client leaves. */
export async function serveWatch(
  { parts, exchange, headers }: Call,
  events: AsyncIterable<WatchEvent>,
  { kind, chosen, listed }: WatchForm,
): Promise<void> {
  const { request, response } = exchange;
  const includeObject = request.query.get("includeObject");
  const { shape, stream } = chosen;
  const now = () => parts.clock.now();
  const encode = eventEncoder({ kind, shape, stream, schemaOf: parts.schemaOf, includeObject, now }, true);
  response.head(200, { ...headers, "content-type": stream.contentType });
  for await (const event of events) {
    if (request.signal.aborted) break;
    await response.write(encode(event));
    if (event.type === "BOOKMARK") listed();
  }
  response.end();
}
