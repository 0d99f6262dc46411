// Requests below `/at/<revision|time>`: the same paths and answers as at the root, from a past state.
import { splitPast } from "../cache/past.ts";
import { readOnlyPast } from "../errors.ts";
import type { Call } from "./call.ts";
import type { ResourcePath } from "./path.ts";
import { STREAMING } from "./streaming.ts";

/** A call with the past taken off its path. */
export interface PlacedCall {
  readonly call: Call;
  /** A revision or a time as the client wrote it; absent for the present. */
  readonly moment?: string;
}

export function placed(call: Call): PlacedCall {
  const { request, response } = call.exchange;
  const past = splitPast(request.path);
  if (!past) return { call };
  return { call: { ...call, exchange: { request: { ...request, path: past.path }, response } }, moment: past.moment };
}

/** Refuses what cannot be done in the past before anything of it happens. */
export function checkReadOnly(call: Call, path: ResourcePath | undefined): void {
  const { method } = call.exchange.request;
  if (method !== "GET" && method !== "HEAD") throw readOnlyPast(method);
  if (path?.subresource !== undefined && STREAMING.includes(path.subresource)) throw readOnlyPast(path.subresource);
}
