// Event of its own group: the same notes as core/v1 Event, under newer names and with stricter rules.
import {
  field,
  int32,
  microTime,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
  version,
} from "@knots/machinery";
import { Event, EventSource } from "../../core/v1/event.ts";
import { ObjectReference } from "../../core/v1/reference.ts";
import { newEventsOnly, onlySeriesGrows } from "./event-checks.ts";
import { fromHub, toHub } from "./event-conversion.ts";

const eventSeries = object("io.k8s.api.events.v1.EventSeries", {
  count: field(1, int32(), "How often it happened.", { required: true, always: true }),
  lastObservedTime: field(2, microTime(), "When it last happened.", { required: true }),
});
/** Repetition of an event. */
export interface EventsV1EventSeries extends TypeOf<typeof eventSeries> {}
export const EventsV1EventSeries: ObjectSchema<EventsV1EventSeries> = eventSeries;

/** A note about something that happened to an object, in the group of its own. */
export const EventsV1Event = version(Event, {
  group: "events.k8s.io",
  version: "v1",
  definition: "io.k8s.api.events.v1.Event",
  fields: {
    eventTime: field(2, microTime(), "When it was first seen, in microseconds.", { required: true }),
    series: field(3, EventsV1EventSeries, "Repetition of the event.", { pointer: true }),
    reportingController: field(4, string(), "Controller that reported it."),
    reportingInstance: field(5, string(), "Instance of the controller."),
    action: field(6, string(), "What was done about the object."),
    reason: field(7, string(), "One CamelCase word that says why."),
    regarding: field(8, ObjectReference, "Object that the event is about.", { always: true }),
    related: field(9, ObjectReference, "A second object of the event.", { pointer: true }),
    note: field(10, string(), "Details for people."),
    type: field(11, string(), "Normal or Warning."),
    deprecatedSource: field(12, EventSource, "Who reported it, in the older form.", { always: true }),
    deprecatedFirstTimestamp: field(13, time(), "When it first happened, in the older form."),
    deprecatedLastTimestamp: field(14, time(), "When it last happened, in the older form."),
    deprecatedCount: field(15, int32(), "How often it happened, in the older form."),
  },
  selectable: {
    reason: "reason",
    type: "type",
    reportingController: "reportingComponent",
    "regarding.kind": "involvedObject.kind",
    "regarding.namespace": "involvedObject.namespace",
    "regarding.name": "involvedObject.name",
    "regarding.uid": "involvedObject.uid",
    "regarding.apiVersion": "involvedObject.apiVersion",
    "regarding.resourceVersion": "involvedObject.resourceVersion",
    "regarding.fieldPath": "involvedObject.fieldPath",
  },
  checks: [newEventsOnly, onlySeriesGrows],
  toHub,
  fromHub,
});
export interface EventsV1Event extends ObjectOf<typeof EventsV1Event> {}
