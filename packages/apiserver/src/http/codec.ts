// Formats of bodies that name no schema: JSON and YAML, and what a format is.
import { type Json, joinBytes, type ObjectNode, parseJson } from "@knots/machinery";
import { dump, load, YAMLException } from "js-yaml";
import { isList, type ListObject } from "../chain/answer.ts";
import { badRequest } from "../errors.ts";
import { shareWire, wireBytes } from "../registry/codec.ts";
import { writtenOut } from "./yaml-value.ts";

/** The schema of what a body names as its apiVersion and kind; undefined where there is none, or none with numbered fields. */
export type SchemaOf = (apiVersion: string, kind: string) => ObjectNode | undefined;

/** An event of a watch, its object in the shape that was asked for. */
export interface ShownEvent {
  readonly type: string;
  readonly object: object;
}

/** How events of a watch are written. */
export interface StreamCodec {
  readonly contentType: string;
  /** Whether the frames of a WebSocket are text. */
  readonly text: boolean;
  /** One event; with whatever keeps events apart where `framed`, alone otherwise. */
  encode(event: ShownEvent, schemaOf: SchemaOf, framed: boolean): Uint8Array;
}

/** What decoding may report and ask. */
export interface DecodeContext {
  /** Hears of fields that appear twice in one object. */
  readonly onDuplicate: (path: string) => void;
  readonly schemaOf: SchemaOf;
}

/** One format. */
export interface Codec {
  readonly mediaType: string;
  /** An answer in pieces, made one after the other. Throws a 406 for what has no such form. */
  encode(body: object, schemaOf: SchemaOf): Iterable<Uint8Array>;
  decode(bytes: Uint8Array, context: DecodeContext): Json;
  readonly stream?: StreamCodec;
}

/** How deep bodies may nest. */
const MAX_DEPTH = 512;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw badRequest("the body is not valid UTF-8");
  }
}

const COMMA = encoder.encode(",");
const LIST_END = encoder.encode("]}");
const EVENT_END = encoder.encode("}\n");

const eventStarts = new Map<string, Uint8Array>();
/** What comes before the object of an event; there are five types. */
function eventStart(type: string): Uint8Array {
  const start = eventStarts.get(type) ?? encoder.encode(`{"type":"${type}","object":`);
  eventStarts.set(type, start);
  return start;
}

/** Lines of events by their objects: the many watchers of a change share one. */
const lines = new WeakMap<object, { readonly type: string; readonly line: Uint8Array }>();

function eventLine({ type, object }: ShownEvent): Uint8Array {
  const known = lines.get(object);
  if (known?.type === type) return known.line;
  const start = eventStart(type);
  const line = joinBytes([start, wireBytes(object), EVENT_END]);
  if (known || !Object.isFrozen(object)) return line;
  lines.set(object, { type, line });
  shareWire(object, line.subarray(start.length, line.length - EVENT_END.length));
  return line;
}

function* listPieces({ items, ...rest }: ListObject): Iterable<Uint8Array> {
  yield encoder.encode(`${JSON.stringify(rest).slice(0, -1)},"items":[`);
  for (const [index, item] of items.entries()) {
    if (index > 0) yield COMMA;
    yield wireBytes(item);
  }
  yield LIST_END;
}

/** Objects as the bytes that they have ready; a watch is one object a line. */
export const jsonCodec: Codec = {
  mediaType: "application/json",
  encode: (body) => (isList(body) ? listPieces(body) : [wireBytes(body)]),
  decode: (bytes, { onDuplicate }) => parseJson(text(bytes), { maxDepth: MAX_DEPTH, onDuplicate }),
  stream: {
    contentType: "application/json",
    text: true,
    encode: eventLine,
  },
};

const DUPLICATE = "duplicated mapping key";

/** JSON is YAML too, and is read faster as what it is. */
function looksLikeJson(source: string): boolean {
  if (!source.trimStart().startsWith("{")) return false;
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}

function loadYaml(source: string, repeating: boolean): unknown {
  try {
    return load(source, { json: repeating });
  } catch (error) {
    if (error instanceof YAMLException && error.reason === DUPLICATE) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw badRequest(`error converting YAML to JSON: yaml: ${message}`);
  }
}

/** The last of a repeated key counts, as in JSON; the first that is found is told by its name. */
function parseYaml(source: string, onDuplicate: (path: string) => void): unknown {
  try {
    return loadYaml(source, false);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    onDuplicate(/^["']?([^"':]*)/.exec(source.slice(error.mark?.position))?.[1] ?? "");
    return loadYaml(source, true);
  }
}

export const yamlCodec: Codec = {
  mediaType: "application/yaml",
  encode: (body) => [encoder.encode(dump(body, { noRefs: true, lineWidth: -1 }))],
  decode(bytes, { onDuplicate }) {
    const source = text(bytes);
    if (looksLikeJson(source)) return parseJson(source, { maxDepth: MAX_DEPTH, onDuplicate });
    return writtenOut(parseYaml(source, onDuplicate), source.length, MAX_DEPTH);
  },
};
