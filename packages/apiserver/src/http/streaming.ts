// The seam for subresources that stream: exec, attach, port-forward, log, proxy. The cluster says who serves them.
import type { RequestContext } from "../context.ts";
import type { Exchange } from "./exchange.ts";
import type { ResourcePath } from "./path.ts";

/** Subresources that are not answered by the registry. */
export const STREAMING = ["attach", "exec", "log", "portforward", "proxy"];

/** A streaming call; it is authorised already. */
export interface StreamingCall {
  readonly path: ResourcePath;
  readonly exchange: Exchange;
  readonly context: RequestContext;
}

/** Serves streaming subresources over plain requests; throws `ApiError`s before it starts the answer. */
export type StreamingHandler = (call: StreamingCall) => Promise<void>;
