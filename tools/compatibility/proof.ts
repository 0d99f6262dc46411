// What the tests' outcomes say about each row, and what is wrong with it.
import type { Group, Row } from "../../test/compatibility/rows.ts";
import type { NamedOutcome } from "../test/reporter.ts";
import { idsOf, kindOf } from "./claims.ts";

/** `client`: a stock client did it. `protocol`: requests on the wire or in process did. `open`: no test that passed. */
export type State = "client" | "protocol" | "failed" | "open";

export interface Proof {
  readonly row: Row;
  readonly state: State;
  /** What has to be done about it, if anything. */
  readonly fault?: string;
}

/** Returns the proof of every row, by what became of the tests that name it. */
export function prove(groups: readonly Group[], outcomes: readonly NamedOutcome[]): Proof[] {
  const byId = Map.groupBy(
    outcomes.flatMap((outcome) => idsOf(outcome.name).map((id) => ({ id, outcome }))),
    ({ id }) => id,
  );
  return groups.flatMap(({ rows }) =>
    rows.map((row) => {
      const own = (byId.get(row.id) ?? []).map(({ outcome }) => outcome);
      const state = stateOf(own);
      const fault = faultOf(row, state, own);
      return { row, state, ...(fault !== undefined && { fault }) };
    }),
  );
}

/** The ids that tests name and no row has, but for those of `unlisted` groups. */
export function strangers(groups: readonly Group[], unlisted: readonly string[], ids: Iterable<string>): string[] {
  const known = new Set(groups.flatMap(({ rows }) => rows.map(({ id }) => id)));
  const isListed = (id: string): boolean => !unlisted.some((name) => id.startsWith(`${name}-`));
  return [...new Set(ids)].filter((id) => !known.has(id) && isListed(id)).sort();
}

function stateOf(outcomes: readonly NamedOutcome[]): State {
  if (outcomes.some(({ result }) => result === "failed")) return "failed";
  const kinds = new Set(outcomes.filter(({ result }) => result === "passed").map(({ file }) => kindOf(file)));
  if (kinds.has("client")) return "client";
  return kinds.has("protocol") ? "protocol" : "open";
}

function faultOf(row: Row, state: State, outcomes: readonly NamedOutcome[]): string | undefined {
  if (state === "failed") return `failed: ${outcomes.find(({ result }) => result === "failed")?.name}`;
  if (state !== "open") return row.open === undefined ? undefined : "proved, although it is declared open";
  if (row.open !== undefined) return undefined;
  return outcomes.length > 0 ? "its tests were skipped" : "no test names it, and it is not declared open";
}
