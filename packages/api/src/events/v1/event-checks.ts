// Rules of events that are written through their own group: none of the older fields, and nothing but the series changes.
import { type Check, invalid, required } from "@knots/machinery";
import { checkUnchanged } from "../../checks.ts";

interface View {
  readonly eventTime?: string;
  readonly type?: string;
  readonly reportingController?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly regarding?: unknown;
  readonly related?: unknown;
  readonly note?: string;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly deprecatedSource?: { readonly component?: string; readonly host?: string };
  readonly deprecatedFirstTimestamp?: string;
  readonly deprecatedLastTimestamp?: string;
  readonly deprecatedCount?: number;
}

/** A new event says when it was seen and uses none of the older fields. */
export const newEventsOnly: Check<View> = function* (event, { path, old }) {
  const { series } = event;
  if (series && (series.count ?? 0) < 2) yield invalid(path.child("series.count"), "", "should be at least 2");
  if (series && series.lastObservedTime === undefined) yield required(path.child("series.lastObservedTime"));
  if (old) return;
  if (event.eventTime === undefined) yield required(path.child("eventTime"));
  if (event.type !== "Normal" && event.type !== "Warning") {
    yield invalid(path.child("type"), "", `has invalid value: ${event.type ?? ""}`);
  }
  const older = {
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    source: event.deprecatedSource?.component ?? event.deprecatedSource?.host,
  };
  for (const [name, value] of Object.entries(older)) {
    if (value !== undefined) yield invalid(path.child(name), "", "needs to be unset");
  }
};

const FROZEN = [
  "eventTime",
  "reportingController",
  "reportingInstance",
  "action",
  "reason",
  "regarding",
  "related",
  "note",
  "type",
] as const;

/** An event that happens again grows its series; it is not turned into another event. */
export const onlySeriesGrows: Check<View> = function* (event, { path, old }) {
  if (!old) return;
  for (const name of FROZEN) yield* checkUnchanged(path.child(name), event[name], old[name]);
};
