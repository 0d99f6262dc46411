// Comparing and freezing values of JSON shape.

function entryCount(value: object): number {
  let count = 0;
  for (const entry of Object.values(value)) if (entry !== undefined) count++;
  return count;
}

function equalObjects(left: object, right: object): boolean {
  if (Array.isArray(left) !== Array.isArray(right) || entryCount(left) !== entryCount(right)) return false;
  for (const [key, value] of Object.entries(left)) {
    if (value === undefined) continue;
    // What every object inherits is in none.
    if (!Object.hasOwn(right, key) || !deepEqual(value, (right as Record<string, unknown>)[key])) return false;
  }
  return true;
}

/** Whether two values of JSON shape are the same; a property that is undefined counts as absent. */
export function deepEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  return equalObjects(left, right);
}

/** Freezes a value of JSON shape to its leaves and returns it; parts that are frozen already are not entered. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}
