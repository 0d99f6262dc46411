// Tests of the list that may only shrink.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exceptions, faultsOf, untolerated } from "./exceptions.ts";

const finding = { rule: "sizes", file: "a.ts" };
const entry = { ...finding, reason: "one table that nothing divides" };
const list = (change: Partial<Exceptions>): Exceptions => ({ maximum: 1, entries: [entry], silenced: 2, ...change });

test("a listed finding is tolerated, another one in the same file is not", () => {
  const other = { rule: "names", file: "a.ts" };
  assert.deepEqual(untolerated([finding, other], list({})), [other]);
});

const rows: readonly (readonly [sentence: string, change: Partial<Exceptions>, silenced: number, faults: RegExp])[] = [
  ["a list that fits has no fault", {}, 2, /^$/],
  ["an entry whose finding is gone must go too", { entries: [{ ...entry, file: "b.ts" }] }, 0, /b.ts any more: delete/],
  ["an entry beyond the maximum is refused", { maximum: 0 }, 0, /^1 entries, maximum 0: mend/],
  ["a maximum above the count must be lowered", { maximum: 2 }, 0, /lower maximum to 1/],
  ["an entry has a reason", { entries: [{ ...entry, reason: "" }] }, 0, /give one/],
  ["silenced lines have a limit", {}, 3, /^3 silenced lines, limit 2/],
];

for (const [sentence, change, silenced, faults] of rows) {
  test(sentence, () => assert.match(faultsOf(list(change), [finding], silenced).join("; "), faults));
}
