// Event: a note about something that happened to an object.
import {
  dns1123Subdomain,
  field,
  int32,
  kind,
  microTime,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { ObjectReference } from "./reference.ts";

const eventSeries = object("io.k8s.api.core.v1.EventSeries", {
  count: field(1, int32(), ""),
  lastObservedTime: field(2, microTime(), ""),
});
export interface EventSeries extends TypeOf<typeof eventSeries> {}
export const EventSeries: ObjectSchema<EventSeries> = eventSeries;

const eventSource = object("io.k8s.api.core.v1.EventSource", {
  component: field(1, string(), ""),
  host: field(2, string(), ""),
});
export interface EventSource extends TypeOf<typeof eventSource> {}
export const EventSource: ObjectSchema<EventSource> = eventSource;

/**  */
export const Event = kind({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  scope: "Namespaced",
  shortNames: ["ev"],
  doc: "",
  definition: "io.k8s.api.core.v1.Event",
  fields: {
    involvedObject: field(2, ObjectReference, "", { required: true, always: true }),
    reason: field(3, string(), ""),
    message: field(4, string(), ""),
    source: field(5, EventSource, "", { always: true }),
    firstTimestamp: field(6, time(), ""),
    lastTimestamp: field(7, time(), ""),
    count: field(8, int32(), ""),
    type: field(9, string(), ""),
    eventTime: field(10, microTime(), ""),
    series: field(11, EventSeries, "", { pointer: true }),
    action: field(12, string(), ""),
    related: field(13, ObjectReference, "", { pointer: true }),
    reportingComponent: field(14, string(), ""),
    reportingInstance: field(15, string(), ""),
  },
  checkName: dns1123Subdomain,
});
export interface Event extends ObjectOf<typeof Event> {}
