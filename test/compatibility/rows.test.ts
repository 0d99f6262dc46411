// The rows are those of the published list, where it is at hand.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { groups } from "./rows.ts";

const LIST = fileURLToPath(new URL("../../../shared/design/compatibility.json", import.meta.url));
const skip = existsSync(LIST) ? false : "the list is not beside this checkout";

test("ids and priorities are those of the list", { skip }, () => {
  const list = JSON.parse(readFileSync(LIST, "utf8")) as readonly { readonly id: string; readonly priority: string }[];
  const names = new Set(groups.map(({ name }) => name));
  const expected = list
    .filter(({ id }) => names.has(id.split("-")[0] ?? ""))
    .map(({ id, priority }) => `${id} ${priority}`);
  const actual = groups.flatMap(({ rows }) => rows.map(({ id, priority }) => `${id} ${priority}`));
  assert.deepEqual(actual, expected);
});

test("every id is there once", () => {
  const ids = groups.flatMap(({ rows }) => rows.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length);
});
