// What a YAML document means once its aliases are written out: JSON values, of bounded size and depth.
import type { Json } from "@knots/machinery";
import { badRequest } from "../errors.ts";

/** What a value costs beside what is in it; about its size in memory, in machine words. */
const COST = { object: 16, list: 8, scalar: 1 } as const;
/** What a document may cost for each of its characters, and a short one in any case. Without aliases none comes near. */
const COST_PER_CHARACTER = 8;
const BASE_COST = 1_000_000;

interface Budget {
  left: number;
  readonly maxDepth: number;
}

function spend(budget: Budget, cost: number): void {
  budget.left -= cost;
  if (budget.left < 0) throw badRequest("error converting YAML to JSON: yaml: document contains excessive aliasing");
}

/** Lists and objects are copied; what holds itself is as deep as it gets. */
function copy(value: unknown, budget: Budget, depth: number): Json {
  if (typeof value !== "object" || value === null) {
    spend(budget, COST.scalar + (typeof value === "string" ? value.length : 0));
    // There is no such number in JSON.
    if (typeof value === "number" && !Number.isFinite(value)) return null;
    return (value as Json | undefined) ?? null;
  }
  if (depth === budget.maxDepth) throw badRequest("json: exceeded max depth");
  if (Array.isArray(value)) {
    spend(budget, COST.list);
    return value.map((item) => copy(item, budget, depth + 1));
  }
  spend(budget, COST.object);
  const entries = Object.entries(value).map(([key, child]): [string, Json] => {
    spend(budget, key.length);
    return [key, copy(child, budget, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** The JSON value of a loaded document of `length` characters. Throws a 400 for one that means far more than it says, or nests too deep. */
export function writtenOut(document: unknown, length: number, maxDepth: number): Json {
  return copy(document, { left: BASE_COST + COST_PER_CHARACTER * length, maxDepth }, 0);
}
