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
import { besideItsObject, reporterKnown } from "./event-checks.ts";
import { eventColumns, eventFields } from "./event-columns.ts";
import { ObjectReference } from "./reference.ts";

const eventSeries = object("io.k8s.api.core.v1.EventSeries", {
  count: field(1, int32(), "How often it happened."),
  lastObservedTime: field(2, microTime(), "When it last happened."),
});
/** Repetition of an event. */
export interface EventSeries extends TypeOf<typeof eventSeries> {}
export const EventSeries: ObjectSchema<EventSeries> = eventSeries;

const eventSource = object("io.k8s.api.core.v1.EventSource", {
  component: field(1, string(), "Component that reported it."),
  host: field(2, string(), "Node that reported it."),
});
/** Who reported an event. */
export interface EventSource extends TypeOf<typeof eventSource> {}
export const EventSource: ObjectSchema<EventSource> = eventSource;

/** A note about something that happened to an object. */
export const Event = kind({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  scope: "Namespaced",
  shortNames: ["ev"],
  doc: "A note about something that happened to an object.",
  definition: "io.k8s.api.core.v1.Event",
  fields: {
    involvedObject: field(2, ObjectReference, "Object that the event is about.", { required: true, always: true }),
    reason: field(3, string(), "One CamelCase word that says what happened."),
    message: field(4, string(), "Details for people."),
    source: field(5, EventSource, "Who reported the event.", { always: true }),
    firstTimestamp: field(6, time(), "When it first happened."),
    lastTimestamp: field(7, time(), "When it last happened."),
    count: field(8, int32(), "How often it happened."),
    type: field(9, string(), "Normal or Warning."),
    eventTime: field(10, microTime(), "When it was first seen, in microseconds."),
    series: field(11, EventSeries, "Repetition of the event.", { pointer: true }),
    action: field(12, string(), "What was done about the object."),
    related: field(13, ObjectReference, "A second object of the event.", { pointer: true }),
    reportingComponent: field(14, string(), "Controller that reported it.", { always: true }),
    reportingInstance: field(15, string(), "Instance of the controller.", { always: true }),
  },
  columns: eventColumns,
  selectable: eventFields,
  checks: [besideItsObject, reporterKnown],
  checkName: dns1123Subdomain,
});
export interface Event extends ObjectOf<typeof Event> {}
