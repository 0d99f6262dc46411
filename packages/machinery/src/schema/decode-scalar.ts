// Scalars off the wire: type checks and the canonical text of times and quantities.
import { formatTime, parseTime } from "@knots/std";
import { canonicalQuantity, QUANTITY_MESSAGE } from "../quantity.ts";
import { type DecodeWalk, fail, failType, jsonType } from "./decode-walk.ts";
import type { IntegerNode, Json, SchemaNode, TimeNode } from "./schema.ts";

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const INT32 = 2 ** 31;

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** Canonical UTC text of an RFC 3339 time (whole seconds, or six digits of fraction); undefined when it is not one. */
export function canonicalTime(text: string, precision: TimeNode["precision"]): string | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = precision === "micro" ? `.${(match[7] ?? "").slice(0, 6).padEnd(6, "0")}` : "";
  if (match[8] === "Z") return `${text.slice(0, 19)}${fraction}Z`;
  const milliseconds = parseTime(`${text.slice(0, 19)}${match[8]}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return `${formatTime(milliseconds).slice(0, 19)}${fraction}Z`;
}

function decodeTime(walk: DecodeWalk, node: TimeNode, raw: Json): Json {
  if (typeof raw !== "string")
    return fail(walk, `json: cannot unmarshal ${jsonType(raw)} into Go value of type string`);
  const canonical = canonicalTime(raw, node.precision);
  if (canonical !== undefined) return canonical;
  const text = JSON.stringify(raw);
  const layout = node.precision === "micro" ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
  return fail(walk, `parsing time ${text} as "${layout}": cannot parse ${text} as "2006"`);
}

function decodeInteger(walk: DecodeWalk, node: IntegerNode, raw: Json): Json {
  if (typeof raw !== "number" || !Number.isSafeInteger(raw)) return failType(walk, raw, node);
  if (node.format === "int32" && (raw < -INT32 || raw >= INT32)) return failType(walk, raw, node);
  return raw;
}

function decodeQuantity(walk: DecodeWalk, raw: Json): Json {
  const text = typeof raw === "number" ? String(raw) : raw;
  const canonical = typeof text === "string" ? canonicalQuantity(text) : undefined;
  return canonical ?? fail(walk, QUANTITY_MESSAGE);
}

function decodeIntOrString(walk: DecodeWalk, raw: Json): Json {
  if (typeof raw === "string") return raw;
  if (typeof raw === "number" && Number.isInteger(raw) && raw >= -INT32 && raw < INT32) return raw;
  const found = typeof raw === "number" ? `number ${raw}` : jsonType(raw);
  return fail(walk, `json: cannot unmarshal ${found} into Go value of type int32`);
}

function isBase64Digit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 47 && code <= 57) || code === 43;
}

/** Offset of the first character that base64 does not allow there; -1 when the text is right. */
function badBase64(text: string): number {
  const padding = text.indexOf("=");
  const end = padding < 0 ? text.length : padding;
  for (let index = 0; index < end; index++) {
    if (!isBase64Digit(text.charCodeAt(index))) return index;
  }
  // A group of four that ends early is told by its first character.
  return padding < 0 ? (end % 4 === 0 ? -1 : end - (end % 4)) : badPadding(text, end);
}

/** The same for the part that begins with the first `=`. */
function badPadding(text: string, start: number): number {
  const held = start % 4;
  if (held < 2) return start;
  if (held === 2 && start + 1 === text.length) return text.length;
  if (held === 2 && text[start + 1] !== "=") return start;
  const end = start + 4 - held;
  return end < text.length ? end : -1;
}

function decodeBytes(walk: DecodeWalk, node: SchemaNode, raw: Json): Json {
  if (typeof raw !== "string") return failType(walk, raw, node);
  const text = raw.includes("\n") || raw.includes("\r") ? raw.replaceAll(/[\r\n]/g, "") : raw;
  const bad = badBase64(text);
  return bad < 0 ? text : fail(walk, `illegal base64 data at input byte ${bad}`);
}

/** The canonical form of a scalar other than plain text; throws a 400 when the type is wrong. */
export function decodeScalar(walk: DecodeWalk, node: SchemaNode, raw: Json): Json {
  switch (node.type) {
    case "integer":
      return decodeInteger(walk, node, raw);
    case "number":
      return typeof raw === "number" && Number.isFinite(raw) ? raw : failType(walk, raw, node);
    case "boolean":
      return typeof raw === "boolean" ? raw : failType(walk, raw, node);
    case "bytes":
      return decodeBytes(walk, node, raw);
    case "time":
      return decodeTime(walk, node, raw);
    case "quantity":
      return decodeQuantity(walk, raw);
    case "intOrString":
      return decodeIntOrString(walk, raw);
    default:
      return typeof raw === "string" ? raw : failType(walk, raw, node);
  }
}
