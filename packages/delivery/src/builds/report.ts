// What a step of a build leaves as its container's termination message: one JSON object, read as untrusted text.
import { isJsonObject } from "@knots/machinery";

/**
 * The last words of a step. A step that ends well may report results, one that fails why; `tail` are the last lines of
 * its log. Containers have at most 4,096 bytes for it.
 */
export interface StepReport {
  /** CamelCase word; known words have a sentence in texts. */
  readonly reason?: string;
  /** Values for that sentence, such as the exit code. */
  readonly values: Readonly<Record<string, string>>;
  readonly tail?: string;
  /** Of the pack step: `sha256:...` of the image's manifest, bytes of its layer, folder that was packed. */
  readonly digest?: string;
  readonly bytes?: number;
  readonly outputDirectory?: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Longest value that is believed. */
const MAX_VALUE = 300;
const MAX_TAIL = 4096;

const text = (value: unknown, limit: number): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(-limit) : undefined;

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function valuesOf(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value as never)) return {};
  const entries = Object.entries(value as Readonly<Record<string, unknown>>).slice(0, 16);
  const words = entries.flatMap(([name, each]) => (typeof each === "string" ? [[name, each.slice(0, MAX_VALUE)]] : []));
  return Object.fromEntries(words) as Readonly<Record<string, string>>;
}

/** Reads a termination message; one that is no report is the tail of a log. */
export function readReport(message: string | undefined): StepReport {
  const found = parsed(message ?? "");
  if (!isJsonObject(found as never)) {
    const tail = text(message?.trim(), MAX_TAIL);
    return { values: {}, ...(tail !== undefined && { tail }) };
  }
  const { reason, values, tail, digest, bytes, outputDirectory } = found as Readonly<Record<string, unknown>>;
  const known = {
    reason: text(reason, 64),
    tail: text(tail, MAX_TAIL),
    outputDirectory: text(outputDirectory, 1024),
    digest: typeof digest === "string" && DIGEST.test(digest) ? digest : undefined,
    bytes: Number.isSafeInteger(bytes) && (bytes as number) >= 0 ? (bytes as number) : undefined,
  };
  const present = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { values: valuesOf(values), ...present };
}
