// The three patch types: RFC 6902's suite where it is at hand, and strategic merge case by case.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { array, field, int32, listOf, map, object, setOf, string } from "../schema/builder.ts";
import type { Json, JsonObject } from "../schema/schema.ts";
import { applyJsonPatch, PatchError } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { applyStrategicPatch } from "./strategic-merge.ts";

const suite = new URL("../../../../../shared/reference/fixtures/json-patch-tests/", import.meta.url);

/** Upstream counts negative list indices from the end; the RFC refuses them. */
const NEGATIVE_INDEX = /"path":"[^"]*\/-\d/;

interface SuiteCase {
  readonly doc: Json;
  readonly patch: Json;
  readonly expected?: Json;
  readonly error?: string;
  readonly comment?: string;
  readonly disabled?: boolean;
}

for (const file of ["spec_tests.json", "tests.json"])
  test(`RFC 6902 suite ${file} (REST-05)`, {
    skip: existsSync(new URL(file, suite)) ? false : "the suite is not on this machine",
  }, () => {
    const cases = JSON.parse(readFileSync(new URL(file, suite), "utf8")) as readonly SuiteCase[];
    for (const { doc, patch, expected, error, comment, disabled } of cases) {
      if (disabled || NEGATIVE_INDEX.test(JSON.stringify(patch))) continue;
      const what = comment ?? JSON.stringify(patch);
      if (error !== undefined) assert.throws(() => applyJsonPatch(doc, patch), PatchError, what);
      else if (expected !== undefined) assert.deepEqual(applyJsonPatch(doc, patch), expected, what);
    }
  });

test("a JSON patch that fails leaves the document as it was", () => {
  const document: Json = { a: [1, 2, 3] };
  assert.throws(
    () =>
      applyJsonPatch(document, [
        { op: "remove", path: "/a/0" },
        { op: "test", path: "/a/0", value: 9 },
      ]),
    /test failed/,
  );
  assert.deepEqual(document, { a: [1, 2, 3] });
  assert.deepEqual(applyJsonPatch(document, [{ op: "remove", path: "/a/-1" }]), { a: [1, 2] });
});

test("merge patch: null deletes, objects merge, lists replace (REST-05)", () => {
  assert.deepEqual(applyMergePatch({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: null, e: { f: null, g: 1 } }, d: [2] }), {
    a: { c: 2, e: { g: 1 } },
    d: [2],
  });
});

const port = object("Port", { name: field(1, string(), "n"), port: field(2, int32(), "p") });
const container = object("Container", {
  name: field(1, string(), "n"),
  image: field(2, string(), "i"),
  ports: field(3, listOf(port, "port"), "p"),
  args: field(4, array(string()), "a"),
});
const strategy = object("Strategy", { type: field(1, string(), "t"), rolling: field(2, map(string()), "r") });
const spec = object("Spec", {
  containers: field(1, listOf(container, "name"), "c"),
  finalizers: field(2, array(string(), { list: "set", patch: "merge" }), "f"),
  names: field(3, setOf(string()), "atomic for strategic merge"),
  labels: field(4, map(string()), "l"),
  strategy: field(5, strategy, "s", { patch: "retainKeys" }),
});

const original: JsonObject = {
  containers: [
    { name: "a", image: "a:1", ports: [{ port: 80, name: "http" }] },
    { name: "b", image: "b:1", args: ["x"] },
  ],
  finalizers: ["one", "two"],
  names: ["n"],
  labels: { app: "web", old: "1" },
  strategy: { type: "RollingUpdate", rolling: { surge: "1" } },
};

const rows: readonly { readonly says: string; readonly patch: JsonObject; readonly changes: JsonObject }[] = [
  {
    says: "a container is found by its name, a new one goes to the end",
    patch: {
      containers: [
        { name: "b", image: "b:2" },
        { name: "c", image: "c:1" },
      ],
    },
    changes: {
      containers: [
        { name: "a", image: "a:1", ports: [{ port: 80, name: "http" }] },
        { name: "b", image: "b:2", args: ["x"] },
        { name: "c", image: "c:1" },
      ],
    },
  },
  {
    says: "$patch: delete removes the container of that name",
    patch: { containers: [{ name: "a", $patch: "delete" }] },
    changes: { containers: [{ name: "b", image: "b:1", args: ["x"] }] },
  },
  {
    says: "$patch: replace in a list replaces the list",
    patch: { containers: [{ $patch: "replace" }, { name: "z", image: "z" }] },
    changes: { containers: [{ name: "z", image: "z" }] },
  },
  {
    says: "nested lists merge by their own key",
    patch: {
      containers: [
        {
          name: "a",
          ports: [
            { port: 443, name: "https" },
            { port: 80, name: "web" },
          ],
        },
      ],
    },
    changes: {
      containers: [
        {
          name: "a",
          image: "a:1",
          ports: [
            { port: 80, name: "web" },
            { port: 443, name: "https" },
          ],
        },
        { name: "b", image: "b:1", args: ["x"] },
      ],
    },
  },
  {
    says: "$setElementOrder puts items of the patch in its order",
    patch: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] },
    changes: {
      containers: [
        { name: "b", image: "b:1", args: ["x"] },
        { name: "a", image: "a:1", ports: [{ port: 80, name: "http" }] },
      ],
    },
  },
  {
    says: "plain values of a merged list are added once",
    patch: { finalizers: ["two", "three"] },
    changes: { finalizers: ["one", "two", "three"] },
  },
  {
    says: "$deleteFromPrimitiveList removes plain values",
    patch: { "$deleteFromPrimitiveList/finalizers": ["one"], finalizers: ["three"] },
    changes: { finalizers: ["two", "three"] },
  },
  { says: "a list without merge strategy is replaced", patch: { names: ["m"] }, changes: { names: ["m"] } },
  {
    says: "maps merge and null deletes a key",
    patch: { labels: { old: null, new: "1" } },
    changes: { labels: { app: "web", new: "1" } },
  },
  {
    says: "$retainKeys clears what it does not name",
    patch: { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    changes: { strategy: { type: "Recreate" } },
  },
  {
    says: "$patch: replace on an object replaces it",
    patch: { labels: { $patch: "replace", only: "1" } },
    changes: { labels: { only: "1" } },
  },
];

for (const { says, patch, changes } of rows)
  test(`strategic merge: ${says} (REST-05)`, () => {
    assert.deepEqual(applyStrategicPatch(spec, original, patch), { ...original, ...changes });
  });

test("a list item without its merge key is refused", () => {
  assert.throws(
    () => applyStrategicPatch(spec, original, { containers: [{ image: "x" }] }),
    /does not contain declared merge key: name/,
  );
});
