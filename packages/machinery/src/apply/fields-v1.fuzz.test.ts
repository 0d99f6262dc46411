// Owners of fields as anybody may send them.
import assert from "node:assert/strict";
import { fuzz, TEXT } from "../../../../testkit/fuzz/fuzz.ts";
import { BODY, nestedLists } from "../../../../testkit/fuzz/hostile.ts";
import { parseJson } from "../codec/json.ts";
import type { JsonObject } from "../schema/schema.ts";
import { isApiError } from "../status.ts";
import { EMPTY_SET, equalSets, pathsOf } from "./field-set.ts";
import { parseFields, writeFields } from "./fields-v1.ts";
import { describePath } from "./path-element.ts";

fuzz({
  name: "FieldsV1",
  form: TEXT,
  samples: [
    '{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:ports":{"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:port":{}}}}}',
    '{"f:metadata":{"f:finalizers":{"v:\\"a\\"":{},"v:1":{},"v:null":{},"i:3":{}}}}',
    "{}",
  ],
  tokens: ['"f:a":{}', '"k:{}":{}', "k:{", "v:", "i:", '".":{}', '\\"', "{}", ",", "__proto__", "1e999", "00", "f:"],
  hostile: [
    {
      says: "a key that is ten thousand lists deep",
      input: () => JSON.stringify({ [`k:{"a":${nestedLists()}}`]: {} }),
    },
    {
      says: "a value that is a million lists deep",
      input: () => JSON.stringify({ [`v:${nestedLists(1_000_000)}`]: {} }),
    },
    { says: "an index of a million digits", input: () => JSON.stringify({ [`i:${"9".repeat(1_000_000)}`]: {} }) },
    {
      says: "as many fields as fit",
      input: () =>
        JSON.stringify(Object.fromEntries(Array.from({ length: BODY / 16 }, (_, index) => [`f:${index}`, {}]))),
    },
    {
      says: "as many items as fit",
      input: () =>
        JSON.stringify(Object.fromEntries(Array.from({ length: BODY / 24 }, (_, index) => [`k:{"a":${index}}`, {}]))),
    },
  ],
  // What is read can be written, is then the same, and every path of it can be shown.
  run(text) {
    const fields = parseJson(text.toWellFormed(), { maxDepth: 512 });
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return;
    const set = parseFields(fields as JsonObject);
    if (!set) return;
    const written = JSON.stringify(writeFields(set));
    assert.ok(equalSets(parseFields(JSON.parse(written) as JsonObject) ?? EMPTY_SET, set), written);
    for (const path of pathsOf(set)) assert.equal(typeof describePath(path), "string");
  },
  declared: (error) => isApiError(error, "BadRequest"),
});
