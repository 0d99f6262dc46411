// Changing frozen values by copying.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deepFreeze } from "@knots/std";
import { setIn } from "./frozen.ts";

test("setIn copies the path and shares the rest", () => {
  const object = deepFreeze({ a: { b: { c: 1 } }, other: { x: 1 } });
  const next = setIn(object, ["a", "b", "c"], 2);
  assert.deepEqual(next, { a: { b: { c: 2 } }, other: { x: 1 } });
  assert.equal(next.other, object.other);
  assert.equal(setIn(object, ["a", "b", "c"], 1), object);
  assert.equal(setIn(object, ["none", "deep"], undefined), object);
  assert.deepEqual(setIn({ a: 1 }, ["b", "c"], true), { a: 1, b: { c: true } });
  assert.deepEqual(setIn({ a: { b: 1 } }, ["a", "b"], undefined), { a: {} });
});
