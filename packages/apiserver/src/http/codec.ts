// Media types of bodies: how they become values and how values become bytes. Further formats join the list.
import { type Json, parseJson } from "@knots/machinery";
import { dump, load } from "js-yaml";
import { badRequest } from "../errors.ts";

/** One format. */
export interface Codec {
  readonly mediaType: string;
  /** Content types that are read by this codec. */
  readonly reads: readonly string[];
  /** Whether answers are the JSON bytes that objects have ready. */
  readonly json: boolean;
  encode(value: unknown): Uint8Array;
  /** `onDuplicate` hears of fields that appear twice in one object. */
  decode(bytes: Uint8Array, onDuplicate: (path: string) => void): Json;
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

export const jsonCodec: Codec = {
  mediaType: "application/json",
  reads: [
    "application/json",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
  ],
  json: true,
  encode: (value) => encoder.encode(JSON.stringify(value)),
  decode: (bytes, onDuplicate) => parseJson(text(bytes), { maxDepth: MAX_DEPTH, onDuplicate }),
};

const DUPLICATE = /duplicated mapping key/;

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

function parseYaml(source: string): unknown {
  try {
    return load(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw badRequest(DUPLICATE.test(message) ? `yaml: ${message}` : `error converting YAML to JSON: yaml: ${message}`);
  }
}

export const yamlCodec: Codec = {
  mediaType: "application/yaml",
  reads: ["application/yaml", "application/apply-patch+yaml"],
  json: false,
  encode: (value) => encoder.encode(dump(value, { noRefs: true, lineWidth: -1 })),
  // Through JSON once more: dates and the like must not survive as anything but JSON values.
  decode(bytes, onDuplicate) {
    const source = text(bytes);
    const options = { maxDepth: MAX_DEPTH, onDuplicate };
    return looksLikeJson(source)
      ? parseJson(source, options)
      : parseJson(JSON.stringify(parseYaml(source) ?? null), options);
  },
};

/** All formats, the preferred one first. */
export const codecs: readonly Codec[] = [jsonCodec, yamlCodec];

/** The codec that reads a Content-Type; undefined when none does. No header means JSON. */
export function readerFor(contentType: string | undefined): Codec | undefined {
  const type = (contentType ?? "application/json").split(";")[0]?.trim().toLowerCase();
  return codecs.find(({ reads }) => reads.includes(type ?? ""));
}
