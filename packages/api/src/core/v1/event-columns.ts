// What `kubectl get events` shows.
import { ageSince, type Column, type ObjectMeta } from "@knots/machinery";
import { count, nameColumn, text, wide } from "../../columns.ts";
import type { ObjectReference } from "./reference.ts";

interface EventView {
  readonly metadata: ObjectMeta;
  readonly involvedObject?: ObjectReference;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

const firstSeen = (event: EventView): string | undefined => event.firstTimestamp ?? event.eventTime;
const lastSeen = (event: EventView): string | undefined =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? firstSeen(event);

function objectText({ involvedObject = {} }: EventView): string {
  const kind = (involvedObject.kind ?? "").toLowerCase();
  return involvedObject.name === undefined || involvedObject.name === "" ? kind : `${kind}/${involvedObject.name}`;
}

/** The component that reported an event; empty when unknown. */
function eventReporter({ source, reportingComponent }: Pick<EventView, "source" | "reportingComponent">): string {
  const component = source?.component ?? "";
  return component === "" ? (reportingComponent ?? "") : component;
}

function sourceText(event: EventView): string {
  const instance = (event.source?.component ?? "") === "" ? event.reportingInstance : event.source?.host;
  const reporter = eventReporter(event);
  return instance === undefined || instance === "" ? reporter : `${reporter}, ${instance}`;
}

export const eventColumns: readonly Column[] = [
  text("Last Seen", "Time since it last happened.", (event: EventView, now) => ageSince(lastSeen(event), now)),
  text("Type", "Normal or Warning.", ({ type }: EventView) => type ?? ""),
  text("Reason", "What happened, in one word.", ({ reason }: EventView) => reason ?? ""),
  text("Object", "Object that it is about.", objectText),
  wide(text("Subobject", "Part of the object.", ({ involvedObject }: EventView) => involvedObject?.fieldPath ?? "")),
  wide(text("Source", "Who reported it.", sourceText)),
  text("Message", "Details for people.", ({ message }: EventView) => (message ?? "").trim()),
  wide(text("First Seen", "Time since it first happened.", (event: EventView, now) => ageSince(firstSeen(event), now))),
  wide(count("Count", "How often it happened.", (event: EventView) => event.series?.count ?? event.count ?? 1)),
  wide(nameColumn()),
];

const involved =
  (name: keyof ObjectReference) =>
  ({ involvedObject }: EventView): string =>
    involvedObject?.[name] ?? "";

/** What events can be selected by. */
export const eventFields = {
  "involvedObject.kind": involved("kind"),
  "involvedObject.namespace": involved("namespace"),
  "involvedObject.name": involved("name"),
  "involvedObject.uid": involved("uid"),
  "involvedObject.apiVersion": involved("apiVersion"),
  "involvedObject.resourceVersion": involved("resourceVersion"),
  "involvedObject.fieldPath": involved("fieldPath"),
  reason: ({ reason }: EventView) => reason ?? "",
  reportingComponent: ({ reportingComponent }: EventView) => reportingComponent ?? "",
  source: eventReporter,
  type: ({ type }: EventView) => type ?? "",
};
