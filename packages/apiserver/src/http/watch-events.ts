// Events of a watch as bytes, in the shape and format that were asked for.
import type { WatchEvent } from "@knots/client";
import type { AnyKind } from "@knots/machinery";
import { partialOf, type ShapeContext, tableOf } from "./answer-shape.ts";
import type { SchemaOf, StreamCodec } from "./codec.ts";
import type { Shape } from "./negotiate.ts";

/** How the objects of a watch are shown. */
export interface EventForm {
  readonly kind: AnyKind | undefined;
  readonly shape: Shape | undefined;
  readonly stream: StreamCodec;
  readonly schemaOf: SchemaOf;
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
  if (shape.as !== "Table") return partialOf(event.object, shape);
  const context = { kind, shape, includeObject, now: form.now() };
  return event.type === "BOOKMARK" ? bookmarkTable(event, context, first) : tableOf(event.object, context, first);
}

/** Makes an encoder for the events of one watch; the first table carries the column definitions. `framed` as for streams. */
export function eventEncoder(form: EventForm, framed: boolean): (event: WatchEvent) => Uint8Array {
  const { stream, schemaOf } = form;
  let first = true;
  return (event) => {
    const object = shapedObject(event, form, first);
    first = false;
    return stream.encode({ type: event.type, object }, schemaOf, framed);
  };
}
