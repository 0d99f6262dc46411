// `$setElementOrder`: items of the patch in its order, items only the server has kept where they were.
import type { Json } from "../schema/schema.ts";
import { isJsonObject } from "./merge-patch.ts";

/** Merges two lists that do not overlap: an item of `left` goes first only if it stood before `right`'s in `before`. */
function interleave<T>(left: readonly T[], right: readonly T[], before: (item: T) => number): readonly T[] {
  const result: T[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const [a, b] = [left[i] as T, right[j] as T];
    const [first, second] = [before(a), before(b)];
    if (first >= 0 && second >= 0 && first < second) {
      result.push(a);
      i++;
    } else {
      result.push(b);
      j++;
    }
  }
  return [...result, ...left.slice(i), ...right.slice(j)];
}

function ordered<T>(items: readonly T[], wanted: (item: T) => number, before: (item: T) => number): readonly T[] {
  const named = items.filter((item) => wanted(item) >= 0).sort((a, b) => wanted(a) - wanted(b));
  const others = items.filter((item) => wanted(item) < 0);
  return interleave(named, others, before);
}

/** Where each value stands first; -1 for those that are not in the list. */
function placesIn(list: readonly (Json | undefined)[]): (value: Json | undefined) => number {
  const places = new Map<Json | undefined, number>();
  for (const [index, value] of list.entries()) if (!places.has(value)) places.set(value, index);
  return (value) => places.get(value) ?? -1;
}

/** Orders plain values. */
export function orderPrimitives(
  items: readonly Json[],
  original: readonly Json[],
  wanted: readonly Json[],
): readonly Json[] {
  return ordered(items, placesIn(wanted), placesIn(original));
}

/** Orders structures by their merge key; `wanted` holds structures with that key alone. */
export function orderStructures(
  items: readonly Json[],
  original: readonly Json[],
  order: { readonly wanted: readonly Json[]; readonly mergeKey: string },
): readonly Json[] {
  const keyOf = (item: Json): Json | undefined => (isJsonObject(item) ? item[order.mergeKey] : undefined);
  const [wanted, before] = [placesIn(order.wanted.map(keyOf)), placesIn(original.map(keyOf))];
  return ordered(
    items,
    (item) => wanted(keyOf(item)),
    (item) => before(keyOf(item)),
  );
}
