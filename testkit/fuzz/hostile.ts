// Texts that are made to hurt any reader of JSON or YAML: deep, wide, long, and short ones that mean a lot.
import type { Hostile } from "./fuzz.ts";

const DEEP = 10_000;
/** Bytes that a request body may have. */
export const BODY = 3 * 1024 * 1024;

/** Nested lists and objects, `depth` levels. */
export const nestedLists = (depth = DEEP): string => "[".repeat(depth) + "]".repeat(depth);
export const nestedObjects = (depth = DEEP): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/** As many different keys as fit into a body. */
export function manyKeys(): string {
  const keys: string[] = [];
  for (let index = 0, length = 2; length < BODY - 16; index++) {
    const key = `"${index.toString(36)}":0`;
    keys.push(key);
    length += key.length + 1;
  }
  return `{${keys.join(",")}}`;
}

/** One key again and again. */
export const sameKeys = (): string => `{${'"a":0,'.repeat(BODY / 7)}"a":0}`;
/** A text as long as a body. */
export const longText = (): string => JSON.stringify("x".repeat(BODY - 2));
export const backslashes = (): string => `{"a":"${"\\\\".repeat(BODY / 2 - 10)}"}`;
export const escapedQuotes = (): string => `{"a":"${'\\"'.repeat(BODY / 2 - 10)}"}`;
export const manyItems = (): string => `[${"0,".repeat(BODY / 2 - 2)}0]`;

/** A billion items behind nine anchors. */
export function laughs(): string {
  const lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"];
  for (let level = 1; level < 10; level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`);
  return lines.join("\n");
}

/** Hostile texts of JSON; `deep` ones must be refused by whoever walks values. */
export const HOSTILE_JSON: readonly Hostile<string>[] = [
  { says: "lists in lists, ten thousand deep", input: () => nestedLists(), refused: true },
  { says: "objects in objects, ten thousand deep", input: () => nestedObjects(), refused: true },
  { says: "lists that never close, as deep as a body is long", input: () => "[".repeat(BODY), refused: true },
  { says: "lists in lists, half as deep as a body is long", input: () => nestedLists(BODY / 2), refused: true },
  { says: "as many keys as fit", input: manyKeys },
  { says: "one key as often as fits", input: sameKeys },
  { says: "as many items as fit", input: manyItems },
  { says: "one text as long as a body", input: longText },
  { says: "a body of backslashes", input: backslashes },
  { says: "a body of escaped quotes", input: escapedQuotes },
];

export const HOSTILE_YAML: readonly Hostile<string>[] = [
  ...HOSTILE_JSON,
  { says: "a billion laughs", input: laughs, refused: true },
  { says: "a list that holds itself", input: () => "a: &a [*a]", refused: true },
  { says: "an object that holds itself", input: () => "&a {b: *a}", refused: true },
  { says: "dashes as deep as a body is long", input: () => "- ".repeat(BODY / 2), refused: true },
  {
    says: "a long text behind many names",
    input: () => `a: &a ${"x".repeat(100_000)}\nb: [${"*a,".repeat(20_000)}]`,
    refused: true,
  },
];

/** The same as bytes. */
export const asBytes = (hostile: readonly Hostile<string>[]): readonly Hostile<Uint8Array>[] =>
  hostile.map((one) => ({ ...one, input: () => new TextEncoder().encode(one.input()) }));
