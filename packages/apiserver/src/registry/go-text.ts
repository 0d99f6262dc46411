// Values as Go prints them: some messages of the API show a value that way.
import type { Json } from "@knots/machinery";

/** Maps in the order of their keys, lists in brackets, texts without quotes. */
export function goText(value: Json): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, one]) => `${key}:${goText(one ?? null)}`).join(" ")}]`;
}
