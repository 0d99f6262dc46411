// Telling JSON's lists, objects and scalars apart.
import type { Json, JsonObject } from "./schema.ts";

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
