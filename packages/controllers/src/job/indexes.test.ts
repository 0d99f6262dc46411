// Sets of indexes and their text form, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIndexes, parseIndexes } from "./indexes.ts";

test("the text form", () => {
  const rows: readonly (readonly [readonly number[], string])[] = [
    [[], ""],
    [[3], "3"],
    [[1, 2], "1,2"],
    [[7, 5, 6, 0], "0,5-7"],
    [[0, 2, 3, 4, 9, 10], "0,2-4,9,10"],
  ];
  for (const [indexes, text] of rows) {
    assert.equal(formatIndexes(new Set(indexes)), text);
    assert.deepEqual(
      [...parseIndexes(text, 100)].sort((a, b) => a - b),
      indexes.toSorted((a, b) => a - b),
    );
  }
});

test("indexes that the job does not have, and words, are left out", () => {
  assert.deepEqual([...parseIndexes("0-1000000000,x,-,5-", 3)], [0, 1, 2]);
  assert.deepEqual([...parseIndexes(undefined, 3)], []);
});
