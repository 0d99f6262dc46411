// Whether a stored object says everything that is wanted; what the server filled in besides does not matter.

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Every field of `wanted` is in `actual` with the same value; lists have the same length and cover each other in order. */
export function covers(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual) || actual.length !== wanted.length) return false;
    return wanted.every((each, at) => covers(actual[at], each));
  }
  if (!isFields(wanted)) return Object.is(actual, wanted);
  if (!isFields(actual)) return false;
  return Object.entries(wanted).every(([name, value]) => value === undefined || covers(actual[name], value));
}
