// Routes of the machine that stand in the way of ours.
import { overlaps, parseRange } from "./range.ts";

/** A route as `ip -j route` shows it. */
export interface Route {
  readonly dst: string;
  readonly dev?: string;
}

/** A range of ours that somebody else uses on this machine. */
export class RangeTakenError extends Error {
  readonly range: string;
  /** The other's network and device. */
  readonly taken: Route;
  constructor(range: string, taken: Route) {
    super(
      `the range ${range} is already used on this machine: ${taken.dst} is routed to ${taken.dev ?? "another place"}; choose another range`,
    );
    this.name = "RangeTakenError";
    this.range = range;
    this.taken = taken;
  }
}

/**
 * The first route that takes addresses of `range` away from us: one as narrow or narrower, of another device. Wider
 * ones (a default route, a company's 10.0.0.0/8) lose against ours and are no obstacle.
 */
export function takenBy(range: string, routes: readonly Route[], ownDevice: string): Route | undefined {
  const ours = parseRange(range);
  if (!ours) return undefined;
  return routes.find(({ dst, dev }) => {
    const theirs = dst === "default" ? undefined : parseRange(dst);
    return theirs !== undefined && dev !== ownDevice && theirs.bits >= ours.bits && overlaps(ours, theirs);
  });
}
