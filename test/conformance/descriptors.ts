// A reader of protobuf that shares nothing with the product: it knows the published descriptors and nothing else.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../shared/reference/protobuf/", import.meta.url));
/** Why tests with descriptors are left out, or false. */
export const skip = existsSync(FOLDER) ? false : "the descriptors are not beside this checkout";

interface Descriptor {
  readonly number: number;
  readonly type: string;
  readonly repeated?: boolean;
}
type Message = Readonly<Record<string, Descriptor>>;

/** Values as JSON has them; nested messages keep the names of protobuf. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** The file that describes a package. */
function fileOf(name: string): string {
  const [, , repository, ...rest] = name.split(".");
  if (name.startsWith("k8s.io.api.")) return `api.${name.slice("k8s.io.api.".length)}`;
  if (name.startsWith("k8s.io.apimachinery.pkg.apis.")) return `apimachinery.${rest.slice(2).join(".")}`;
  if (name === "k8s.io.apimachinery.pkg.api.resource") return "apimachinery.resource";
  if (repository === "kube_aggregator") return `kube-aggregator.${rest.slice(2).join(".")}`;
  return name.replace(/^k8s\.io\./, "");
}

const files = new Map<string, Readonly<Record<string, Message>>>();
function messageOf(space: string, name: string): Message {
  const file = fileOf(space);
  if (!files.has(file)) files.set(file, JSON.parse(readFileSync(`${FOLDER}${file}.json`, "utf8")).messages);
  const message = files.get(file)?.[name];
  if (!message) throw new Error(`no message ${name} in ${file}`);
  return message;
}

/** Full name of a type that is written relative to a package, or with a dot before it. */
const absolute = (space: string, type: string): readonly [space: string, name: string] => {
  const full = type.startsWith(".") ? type.slice(1) : `${space}.${type}`;
  const dot = full.lastIndexOf(".");
  return [full.slice(0, dot), full.slice(dot + 1)];
};

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}
function varint(from: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = from.bytes[from.at++];
    if (byte === undefined) throw new Error("a number ends too early");
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asIntN(64, value);
  }
}
function chunk(from: Cursor): Buffer {
  const length = Number(varint(from));
  const end = from.at + length;
  if (end > from.bytes.length) throw new Error("a value ends too late");
  const bytes = from.bytes.subarray(from.at, end);
  from.at = end;
  return bytes;
}

type Scalar = (from: Cursor) => Value;
const number: Scalar = (from) => Number(varint(from));
const SCALARS: Readonly<Record<string, Scalar>> = {
  string: (from) => chunk(from).toString(),
  bytes: (from) => chunk(from).toString("base64"),
  bool: (from) => varint(from) !== 0n,
  int32: number,
  int64: number,
  double(from) {
    from.at += 8;
    return from.bytes.readDoubleLE(from.at - 8);
  },
};

type Fields = { [name: string]: Value };
function moment({ seconds = 0, nanos = 0 }: Fields, digits: number): Value {
  if (seconds === 0 || Number(seconds) < -62_000_000_000) return null;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return digits === 0 ? `${text}Z` : `${text}.${String(Number(nanos) / 1000).padStart(6, "0")}Z`;
}
const free = ({ raw = "" }: Fields): Value => JSON.parse(Buffer.from(String(raw), "base64").toString() || "null");
/** Messages that JSON shows as one value. */
const SHOWN: Readonly<Record<string, (message: Fields) => Value>> = {
  Time: (message) => moment(message, 0),
  MicroTime: (message) => moment(message, 6),
  Quantity: ({ string = "" }) => string,
  IntOrString: ({ type, intVal = 0, strVal = "" }) => (type === 1 ? strVal : intVal),
  FieldsV1: free,
  RawExtension: free,
  JSON: free,
  Verbs: ({ items = [] }) => items,
  ExtraValue: ({ items = [] }) => items,
};

function single(space: string, type: string, from: Cursor): Value {
  const scalar = SCALARS[type];
  if (scalar) return scalar(from);
  const [inner, name] = absolute(space, type);
  const message = read(inner, name, chunk(from));
  return SHOWN[name]?.(message) ?? message;
}

function entry(space: string, type: string, bytes: Buffer): Fields {
  const from: Cursor = { bytes, at: 0 };
  let [key, value]: [string, Value] = ["", SCALARS[type] ? "" : {}];
  while (from.at < bytes.length) {
    if (varint(from) >> 3n === 1n) key = chunk(from).toString();
    else value = single(space, type, from);
  }
  return { [key]: value };
}

function add(
  into: Fields,
  space: string,
  [name, { type, repeated }]: readonly [string, Descriptor],
  from: Cursor,
): void {
  const map = /^map<string,(.*)>$/.exec(type)?.[1];
  if (map !== undefined) into[name] = { ...(into[name] as Fields | undefined), ...entry(space, map, chunk(from)) };
  else if (repeated === true) into[name] = [...((into[name] as Value[] | undefined) ?? []), single(space, type, from)];
  else into[name] = single(space, type, from);
}

/** Reads a message of a package. Throws for a field that the descriptor has not. */
export function read(space: string, name: string, bytes: Buffer): Fields {
  const byNumber = new Map(Object.entries(messageOf(space, name)).map((field) => [field[1].number, field]));
  const from: Cursor = { bytes, at: 0 };
  const fields: Fields = {};
  while (from.at < bytes.length) {
    const field = byNumber.get(Number(varint(from) >> 3n));
    if (!field) throw new Error(`${name} has no such field`);
    // A few names start with a capital in protobuf and with a small letter in JSON.
    const [first = "", rest] = [field[0][0], field[0].slice(1)];
    add(fields, space, [first.toLowerCase() + rest, field[1]], from);
  }
  return fields;
}

/** What an envelope holds. */
export function open(body: Buffer): { readonly apiVersion: string; readonly kind: string; readonly raw: Buffer } {
  if (body.toString("latin1", 0, 4) !== "k8s\0") throw new Error("no envelope");
  const { typeMeta, raw } = read("k8s.io.apimachinery.pkg.runtime", "Unknown", body.subarray(4)) as Fields & {
    typeMeta: { apiVersion: string; kind: string };
  };
  return { ...typeMeta, raw: Buffer.from(String(raw ?? ""), "base64") };
}

/** Without anything that protobuf does not tell from nothing; messages that JSON does not name belong to what holds them. */
export function plain(value: Value | undefined, json: Value | undefined): Value | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => plain(item, Array.isArray(json) ? json[index] : undefined) ?? null);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== "object" || value === null)
    return value === "" || value === 0 || value === false ? undefined : (value ?? undefined);
  const beside = typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
  const kept = Object.entries(value).flatMap(([key, child]): readonly (readonly [string, Value])[] => {
    const named = key in beside || typeof child !== "object" || Array.isArray(child) || child === null;
    const shown = plain(child, named ? beside[key] : beside);
    if (shown === undefined) return [];
    return named ? [[key, shown]] : Object.entries(shown as Fields);
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
