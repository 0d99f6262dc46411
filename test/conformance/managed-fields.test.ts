// Large objects of upstream's tests: their fields as FieldsV1, read and written again, and what an apply of all of them leaves.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { builtinKinds } from "@knots/api";
import {
  compareObjects,
  decodeObject,
  fieldsOf,
  isSame,
  type JsonObject,
  parseFields,
  pathsOf,
  union,
  writeFields,
} from "@knots/machinery";
import { load } from "js-yaml";

const folder = fileURLToPath(new URL("../../../shared/reference/fixtures/managedfields/", import.meta.url));
const skip = existsSync(folder) ? false : "the reference fixtures are not beside this checkout";

for (const [file, kindName, most] of [
  ["pod", "Pod", "f:spec"],
  ["node", "Node", "f:status"],
  ["endpoints", "Endpoints", "f:subsets"],
] as const) {
  test(`the fields of ${file}`, { skip }, () => {
    const kind = builtinKinds.find(({ kind: name, group }) => name === kindName && group === "");
    assert.ok(kind);
    const object = decodeObject(kind.schema, load(readFileSync(`${folder}${file}.yaml`, "utf8")) as JsonObject);
    const set = fieldsOf(kind.schema, object);
    const text = JSON.stringify(writeFields(set));
    const again = parseFields(JSON.parse(text) as JsonObject);
    assert.ok(again);
    assert.equal(JSON.stringify(writeFields(union(again, set))), text);
    assert.deepEqual([...pathsOf(again)], [...pathsOf(set)]);
    assert.ok(text.includes(`"${most}":`), text.slice(0, 200));
    const empty = decodeObject(kind.schema, { metadata: {} });
    const { added, modified, removed } = compareObjects(kind.schema, empty, object);
    assert.deepEqual([...pathsOf(removed)], []);
    const came = union(added, modified);
    assert.equal(
      JSON.stringify(writeFields(union(came, set))),
      JSON.stringify(writeFields(came)),
      "creating it owns what applying it owns",
    );
    assert.ok(isSame(compareObjects(kind.schema, object, structuredClone(object))));
  });
}
