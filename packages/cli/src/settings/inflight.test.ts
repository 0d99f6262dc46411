// The limits of requests at once: defaults where nothing is said, one flag without the other, and what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inflightOf } from "./inflight.ts";
import { UserError } from "./user-error.ts";

test("nothing is set where nothing is said; a flag alone leaves the other at upstream's number", () => {
  assert.deepEqual(inflightOf({}), {});
  assert.deepEqual(inflightOf({ maxRequestsInflight: "10" }), { inflight: { readonly: 10, mutating: 200 } });
  assert.deepEqual(inflightOf({ maxMutatingRequestsInflight: "7" }), { inflight: { readonly: 400, mutating: 7 } });
  assert.deepEqual(inflightOf({ enablePriorityAndFairness: "false" }), { priorityAndFairness: false });
  assert.deepEqual(inflightOf({ enablePriorityAndFairness: true }), { priorityAndFairness: true });
});

test("what is no number or no truth is refused by the name of its flag", () => {
  const key = (flags: Parameters<typeof inflightOf>[0]): unknown => {
    try {
      return inflightOf(flags);
    } catch (error) {
      return error instanceof UserError && error.values;
    }
  };
  const bounds = { min: 1, max: 1_000_000 };
  assert.deepEqual(key({ maxRequestsInflight: "0" }), { flag: "--max-requests-inflight", value: "0", ...bounds });
  assert.deepEqual(key({ maxMutatingRequestsInflight: "x" }), {
    flag: "--max-mutating-requests-inflight",
    value: "x",
    ...bounds,
  });
  assert.deepEqual(key({ enablePriorityAndFairness: "maybe" }), {
    flag: "--enable-priority-and-fairness",
    value: "maybe",
  });
});
