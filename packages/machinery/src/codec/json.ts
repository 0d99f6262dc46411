// JSON text to values, with a limit on depth and, on request, a report of duplicate fields.
import { pathText, type Step } from "../schema/decode-walk.ts";
import { isList, isObject } from "../schema/json-value.ts";
import type { Json } from "../schema/schema.ts";
import { ApiError, failure } from "../status.ts";

export interface ParseOptions {
  /** How deep objects and lists may nest. */
  readonly maxDepth: number;
  /** Called in document order with the path of each field that appears again in its object; the last one wins. */
  readonly onDuplicate?: (path: string) => void;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const badJson = (message: string, cause?: unknown): ApiError =>
  new ApiError(failure(400, "BadRequest", message), { cause });

/** Index of the quote that ends the string which starts at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Depth and number of object keys of valid JSON text. */
function measure(text: string): { readonly depth: number; readonly keys: number } {
  let [depth, deepest, keys] = [0, 0, 0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = stringEnd(text, index);
    else if (code === COLON) keys++;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--;
  }
  return { depth: deepest, keys };
}

function countKeys(value: Json): number {
  let count = 0;
  if (isList(value)) for (const item of value) count += countKeys(item);
  else if (isObject(value)) for (const key in value) count += 1 + countKeys(value[key] as Json);
  return count;
}

/** An open list (with the index of its current element) or object (with the keys seen so far). */
interface Frame {
  readonly seen: Set<string> | undefined;
  step: Step;
}

function followBracket(frames: Frame[], code: number): void {
  const top = frames.at(-1);
  if (code === OPEN_OBJECT) frames.push({ seen: new Set(), step: "" });
  else if (code === OPEN_LIST) frames.push({ seen: undefined, step: 0 });
  else if (code === CLOSE_OBJECT || code === CLOSE_LIST) frames.pop();
  else if (code === COMMA && typeof top?.step === "number") top.step++;
}

function isKey(text: string, end: number): boolean {
  const colon = /[ \t\r\n]*:/y;
  colon.lastIndex = end + 1;
  return colon.test(text);
}

/** Reads valid JSON text key by key. */
function reportDuplicates(text: string, report: (path: string) => void): void {
  const frames: Frame[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== QUOTE) {
      followBracket(frames, code);
      continue;
    }
    const end = stringEnd(text, index);
    if (isKey(text, end)) noteKey(frames, JSON.parse(text.slice(index, end + 1)) as string, report);
    index = end;
  }
}

function noteKey(frames: readonly Frame[], key: string, report: (path: string) => void): void {
  const top = frames.at(-1);
  if (!top?.seen) return;
  top.step = key;
  if (top.seen.has(key)) report(pathText(frames.map((frame) => frame.step)));
  top.seen.add(key);
}

/** What the platform says of a syntax error, and what Go's decoder says. */
const SYNTAX: readonly (readonly [string, string])[] = [
  ["Expected ':'", "after object key"],
  ["property name", "looking for beginning of object key string"],
  ["after property value", "after object key:value pair"],
  ["after array element", "after array element"],
  ["after JSON", "after top-level value"],
  ["string literal", "in string literal"],
  ["escape", "in string escape code"],
];

/** Upstream's words for a syntax error, as far as the platform tells its place. */
function syntaxMessage(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const place = /at position (\d+)/.exec(message)?.[1];
  const token = /^Unexpected token '(.+?)',/su.exec(message)?.[1] ?? text[Number(place ?? text.length)];
  if (token === undefined || message.startsWith("Unterminated")) return "unexpected end of JSON input";
  const context = SYNTAX.find(([words]) => message.includes(words))?.[1] ?? "looking for beginning of value";
  return `invalid character '${token}' ${context}`;
}

const SHALLOW = { depth: 0, keys: 0 };
/** Escapes of halves of characters outside of the basic plane: most stand in pairs. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/** Halves without the other half become replacement characters, as they would as soon as the text is bytes again. */
function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (isList(value)) return value.map(wellFormed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key.toWellFormed(), wellFormed(entry)]));
}

/**
 * Parses JSON text. Throws a 400 {@link ApiError} on a syntax error or when it nests deeper than `maxDepth`.
 * Duplicates cost one more scan, and a second one only when there are any.
 */
export function parseJson(text: string, options: ParseOptions): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw badJson(syntaxMessage(text, error), error);
  }
  const { maxDepth, onDuplicate } = options;
  const mayBeDeep = text.length >= 2 * maxDepth;
  const { depth, keys } = mayBeDeep || onDuplicate ? measure(text) : SHALLOW;
  if (depth > maxDepth) throw badJson("json: exceeded max depth");
  if (onDuplicate && keys !== countKeys(value)) reportDuplicates(text, onDuplicate);
  return SURROGATE.test(text) ? wellFormed(value) : value;
}
