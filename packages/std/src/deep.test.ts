// Tests of comparing and freezing.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { deepEqual, deepFreeze } from "./deep.ts";

const rows: readonly (readonly [sentence: string, left: unknown, right: unknown, equal: boolean])[] = [
  ["the order of keys does not matter", { a: 1, b: [2] }, { b: [2], a: 1 }, true],
  ["an undefined property is an absent one", { a: 1, b: undefined }, { a: 1 }, true],
  ["an absent property is not null", { a: null }, {}, false],
  ["the order of a list matters", [1, 2], [2, 1], false],
  ["a list is not an object with the same keys", ["x"], { 0: "x" }, false],
  ["a longer list differs", [1], [1, undefined, 2], false],
  ["what objects inherit is in none of them", JSON.parse('{"a":1,"__proto__":{}}'), { a: 1, b: {} }, false],
  ["values of different types differ", { a: "1" }, { a: 1 }, false],
];
for (const [sentence, left, right, equal] of rows) {
  test(sentence, () => {
    assert.equal(deepEqual(left, right), equal);
    assert.equal(deepEqual(right, left), equal);
  });
}

test("two JSON values are equal exactly when node's assert says so", () => {
  const pair = fc.tuple(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), fc.boolean());
  fc.assert(
    fc.property(pair, ([left, other, same]) => {
      const right: unknown = same ? JSON.parse(JSON.stringify(left)) : other;
      const [a, b] = [JSON.parse(JSON.stringify(left)), right];
      let expected = true;
      try {
        assert.deepEqual(a, b);
      } catch {
        expected = false;
      }
      assert.equal(deepEqual(a, b), expected);
    }),
  );
});

test("freezing reaches the leaves and keeps the value", () => {
  const value = deepFreeze({ a: [{ b: 1 }] });
  assert.ok(Object.isFrozen(value.a[0]));
  assert.deepEqual(value, { a: [{ b: 1 }] });
});
