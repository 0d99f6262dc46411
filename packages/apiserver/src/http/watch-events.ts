// Events of a watch as bytes: one JSON object a line.
import type { WatchEvent } from "@knots/client";
import type { AnyKind } from "@knots/machinery";
import { partialMetadata } from "@knots/machinery";
import { wireBytes } from "../registry/codec.ts";
import { type ShapeContext, tableOf } from "./answer-shape.ts";
import type { Shape } from "./negotiate.ts";

const encoder = new TextEncoder();
const TAIL = encoder.encode("}\n");

/** How the objects of a watch are shown. */
export interface EventForm {
  readonly kind: AnyKind | undefined;
  readonly shape: Shape | undefined;
  readonly includeObject: string | null;
  readonly now: () => number;
}

function bookmarkTable(event: WatchEvent, context: ShapeContext, headers: boolean): object {
  const { metadata } = event.object;
  return tableOf({ metadata, items: [] } as never, context, headers);
}

function shapedObject(event: WatchEvent, form: EventForm, first: boolean): object {
  const { shape, kind, includeObject } = form;
  if (!shape || event.type === "ERROR") return event.object;
  if (shape.as !== "Table") return partialMetadata(event.object);
  const context = { kind, shape, includeObject, now: form.now() };
  return event.type === "BOOKMARK" ? bookmarkTable(event, context, first) : tableOf(event.object, context, first);
}

/** Makes an encoder for the events of one watch; the first table carries the column definitions. */
export function eventEncoder(form: EventForm): (event: WatchEvent) => Uint8Array {
  let first = true;
  return (event) => {
    const object = wireBytes(shapedObject(event, form, first));
    first = false;
    const head = encoder.encode(`{"type":"${event.type}","object":`);
    const line = new Uint8Array(head.length + object.length + TAIL.length);
    line.set(head);
    line.set(object, head.length);
    line.set(TAIL, head.length + object.length);
    return line;
  };
}
