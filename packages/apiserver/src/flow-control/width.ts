// How many seats a request takes: lists of much take more.
import type { RequestOptions } from "@knots/client";

/** Objects for each seat, and the most seats of one request (upstream's numbers). */
const OBJECTS = 100;
const MOST = 10;

/** Seats of a request of the API; `count` tells how many objects of its resource there are. */
export function widthOf(verb: string, options: RequestOptions, count: () => number): number {
  const lists = verb === "list" || (verb === "watch" && options.sendInitialEvents === true);
  if (!lists || /(?:^|,)metadata\.name=/.test(options.fieldSelector ?? "")) return 1;
  const { limit = 0, labelSelector, fieldSelector } = options;
  const selects = Boolean(labelSelector) || Boolean(fieldSelector);
  const objects = limit > 0 && !selects ? Math.min(limit, count()) : count();
  return Math.min(MOST, Math.max(1, Math.ceil(objects / OBJECTS)));
}
