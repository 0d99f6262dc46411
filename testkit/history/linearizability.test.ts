// The search against a slow oracle that tries every order of every choice, on small random histories with right and with spoiled answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom } from "@knots/std";
import type { Op } from "@knots/store";
import { linearize } from "./linearizability.ts";
import { createModel, type Model, type ModelState } from "./model.ts";
import type { Operation, Outcome } from "./operation.ts";
import { partition, revisionFinder } from "./partition.ts";
import { checkRevisions } from "./revisions.ts";
import { showOperation } from "./text.ts";

/** Whether some order of the certain operations and any choice of the others explains everything: all of them are tried. */
function bruteForce(model: Model, history: readonly Operation[]): boolean {
  const extend = (state: ModelState, left: readonly Operation[]): boolean => {
    if (left.every(({ outcome }) => outcome.type === "unknown")) return true;
    return left.some((operation) => {
      const before = left.filter((other) => other.end < operation.start);
      if (before.some(({ outcome }) => outcome.type !== "unknown")) return false;
      // Whoever ended before this one and did not happen by now never did.
      const rest = left.filter((other) => other !== operation && !before.includes(other));
      return model.step(state, operation).some((next) => extend(next, rest));
    });
  };
  return extend(model.start, history);
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

function randomOps(random: Random, name: number): readonly Op[] {
  const key = "ab"[random.below(2)] ?? "a";
  const kind = random.below(10);
  if (kind < 4) return [{ type: "put", key, value: bytes(`v${name}`) }];
  if (kind < 5) return [{ type: "delete", key }];
  if (kind < 6) return ["a", "b"].map((one) => ({ type: "put", key: one, value: bytes(`w${name}`) }));
  return [{ type: "range", start: key }];
}

/** What a correct store answers when the operations take effect in the order of the list; each at a moment of its own. */
function answered(model: Model, requests: readonly (readonly Op[])[], random: Random): Operation[] {
  let state = model.start;
  return requests.map((success, at) => {
    const moment = at * 10 + 5;
    const [start, end] = [moment - random.below(25), moment + random.below(25)];
    const op = { type: "txn", txn: { compare: [], success } } as const;
    const unknown = random.below(4) === 0;
    if (unknown && random.below(2) === 0)
      return { process: at, op, start, end: Number.POSITIVE_INFINITY, outcome: { type: "unknown" } };
    const { next, outcome } = answer(model, state, op.txn);
    state = next;
    return unknown
      ? {
          process: at,
          op,
          start,
          end: random.below(2) === 0 ? end : Number.POSITIVE_INFINITY,
          outcome: { type: "unknown" },
        }
      : { process: at, op, start, end, outcome };
  });
}

/** Lets the model answer by offering it an operation without an answer, and reading the state before and after. */
function answer(
  model: Model,
  state: ModelState,
  txn: { compare: readonly []; success: readonly Op[] },
): { next: ModelState; outcome: Outcome } {
  const next =
    model.step(state, { process: 0, op: { type: "txn", txn }, start: 0, end: 0, outcome: { type: "unknown" } })[0] ??
    state;
  const responses = txn.success.map((op) => {
    if (op.type === "put") return { type: "put" as const, previous: state.rows.get(op.key) };
    if (op.type === "delete")
      return { type: "delete" as const, deleted: [state.rows.get(op.key)].flatMap((kv) => kv ?? []) };
    const items = op.type === "range" ? [state.rows.get(op.start)].flatMap((kv) => kv ?? []) : [];
    return { type: "range" as const, items, more: false, count: items.length };
  });
  return { next, outcome: { type: "txn", result: { succeeded: true, revision: next.revision, responses } } };
}

/** Sometimes changes one answer: another revision, another value, somebody else's answer. */
function spoiled(history: readonly Operation[], random: Random): Operation[] {
  if (random.below(3) === 0) return [...history];
  const victim = random.below(history.length);
  const other = history[random.below(history.length)] as Operation;
  return history.map((operation, at) => {
    if (at !== victim || operation.outcome.type !== "txn") return operation;
    const { result } = operation.outcome;
    const kind = random.below(3);
    if (kind === 0)
      return {
        ...operation,
        outcome: { type: "txn", result: { ...result, revision: result.revision + random.below(3) - 1 } },
      };
    if (kind === 1 && other.outcome.type === "txn")
      return {
        ...operation,
        outcome: { type: "txn", result: { ...result, responses: other.outcome.result.responses } },
      };
    return { ...operation, start: other.start, end: Math.max(other.start + 1, other.end) };
  });
}

/** Compactions at any time with any outcome, true or not: what no read shows. */
function compactions(random: Random): Operation[] {
  return Array.from({ length: random.below(4) }, (_, at): Operation => {
    const start = random.below(60);
    const outcomes: readonly Outcome[] = [
      { type: "done" },
      { type: "unknown" },
      { type: "refused", code: "compacted" },
    ];
    const outcome = outcomes[random.below(3)] ?? { type: "done" };
    return {
      process: `c${at}`,
      op: { type: "compact", to: 1 + random.below(2) },
      start,
      end: start + random.below(20),
      outcome,
    };
  });
}

test("the search agrees with trying everything", () => {
  const random = seededRandom(3);
  let [good, bad] = [0, 0];
  for (let round = 0; round < 5000; round++) {
    const model = createModel();
    const requests = Array.from({ length: 2 + random.below(5) }, (_, at) => randomOps(random, at));
    const history = [...spoiled(answered(model, requests, random), random), ...compactions(random)];
    const expected = bruteForce(createModel(), history);
    const { type } = linearize(model, history);
    assert.equal(type, expected ? "linearizable" : "broken", history.map(showOperation).join("\n"));
    if (expected) good++;
    else bad++;
  }
  assert.ok(good > 500 && bad > 500, `${good} good, ${bad} bad`);
});

test("what is linearizable as a whole is so in parts; what is not is found in parts or by its revisions", () => {
  const random = seededRandom(4);
  let [bad, several] = [0, 0];
  for (let round = 0; round < 5000; round++) {
    const requests = Array.from({ length: 2 + random.below(5) }, (_, at) => randomOps(random, at).slice(0, 1));
    const original = answered(createModel(), requests, random);
    // Gaps in the revisions are not seen in parts: where nothing is unknown there are none.
    const history = spoiled(
      original.filter(({ outcome }) => outcome.type !== "unknown"),
      random,
    );
    if (history.length < original.length) continue;
    const parts = partition(history);
    const part = { revisionsOf: revisionFinder(history, new Map()) };
    const whole = linearize(createModel(), history).type === "linearizable";
    const apart =
      parts.every((own) => linearize(createModel({ part }), own).type === "linearizable") &&
      checkRevisions(history).length === 0;
    if (whole) assert.ok(apart, history.map(showOperation).join("\n"));
    if (!apart) assert.ok(!whole);
    if (parts.length > 1) several++;
    if (!apart) bad++;
  }
  assert.ok(bad > 100 && several > 100, `${bad} bad, ${several} in parts`);
});
