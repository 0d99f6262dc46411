// The rules of `resourceVersion` and `resourceVersionMatch` for lists and watches.
import type { RequestOptions } from "@knots/client";
import { type FieldError, fieldPath, forbidden, notSupported } from "@knots/machinery";
import { type Clock, sleep } from "@knots/std";
import { badRequest, invalidObject, tooLargeResourceVersion } from "../errors.ts";
import type { Feed } from "./feed.ts";

/** How long a read waits for a revision from the future (milliseconds). */
const FUTURE_WAIT = 3000;
const LIST_OPTIONS = { group: "meta.k8s.io", kind: "ListOptions" };

/** The number in a resourceVersion; undefined when none was given. */
export function parseRevision(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^(0|[1-9]\d*)$/.test(text)) {
    throw badRequest(`invalid resource version: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

const MATCH = fieldPath("resourceVersionMatch");

function* matchErrors(options: RequestOptions, watching: boolean): Iterable<FieldError> {
  const { resourceVersionMatch: match, resourceVersion: version = "", sendInitialEvents } = options;
  if (watching) {
    if (sendInitialEvents !== undefined && match !== "NotOlderThan")
      yield forbidden(MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    else if (match !== undefined && sendInitialEvents === undefined)
      yield forbidden(MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    return;
  }
  if (sendInitialEvents !== undefined)
    yield forbidden(fieldPath("sendInitialEvents"), "sendInitialEvents is forbidden for list");
  if (match === undefined) return;
  if (match !== "Exact" && match !== "NotOlderThan") yield notSupported(MATCH, match, ["Exact", "NotOlderThan"]);
  if (version === "") yield forbidden(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided");
  else if (match === "Exact" && version === "0")
    yield forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  if (options.continue) yield forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided");
}

/** Throws for combinations of options that contradict each other. */
export function checkListOptions(options: RequestOptions, watching: boolean): void {
  const errors = [...matchErrors(options, watching)];
  if (errors.length > 0) throw invalidObject(LIST_OPTIONS, "", errors);
  if (options.continue && options.resourceVersion && options.resourceVersion !== "0")
    throw badRequest("specifying resource version is not allowed when using continue");
}

/** Waits until the caches have reached `revision`; after three seconds the client is told to come back. */
export async function awaitRevision(feed: Feed, clock: Clock, revision: number, signal?: AbortSignal): Promise<void> {
  if (feed.revision >= revision) return;
  const patience = new AbortController();
  const leave = (): void => patience.abort();
  signal?.addEventListener("abort", leave, { once: true });
  const given = sleep(clock, FUTURE_WAIT, patience.signal).then(
    () => patience.abort(tooLargeResourceVersion(revision, feed.revision)),
    () => undefined,
  );
  try {
    await feed.reached(revision, patience.signal);
  } finally {
    signal?.removeEventListener("abort", leave);
    patience.abort();
    await given;
  }
}
