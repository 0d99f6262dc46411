// Ages, tables, metadata-only objects.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Column, KubeObject } from "../kind/kind.ts";
import { isApiError } from "../status.ts";
import { age, ageSince, formatAge } from "./age.ts";
import { partialMetadataList } from "./partial.ts";
import { parseIncludeObject, toTable } from "./table.ts";

const [S, M, H, D, Y] = [1000, 60_000, 3_600_000, 86_400_000, 365 * 86_400_000];
const ageRows: readonly (readonly [number, string])[] = [
  [-2 * S, "<invalid>"],
  [-1.9 * S, "0s"],
  [0, "0s"],
  [10 * S + 999, "10s"],
  [2 * M - 1, "119s"],
  [2 * M, "2m"],
  [5 * M + 30 * S, "5m30s"],
  [10 * M + 59 * S, "10m"],
  [3 * H - 1, "179m"],
  [3 * H + 12 * M, "3h12m"],
  [7 * H, "7h"],
  [8 * H + 59 * M, "8h"],
  [2 * D - 1, "47h"],
  [2 * D, "2d"],
  [4 * D + 2 * H, "4d2h"],
  [8 * D + 23 * H, "8d"],
  [2 * Y - 1, "729d"],
  [2 * Y, "2y"],
  [2 * Y + 45 * D, "2y45d"],
  [8 * Y + 300 * D, "8y"],
];
for (const [milliseconds, text] of ageRows) {
  test(`an age of ${milliseconds} ms is ${text}`, () => assert.equal(formatAge(milliseconds), text));
}

test("an age without a start is unknown", () => assert.equal(ageSince(undefined, 0), "<unknown>"));

const now = Date.parse("2024-01-01T00:01:00Z");
const metadata = { name: "web", creationTimestamp: "2024-01-01T00:00:00Z", resourceVersion: "7" };
const object: KubeObject & { spec: object } = { apiVersion: "v1", kind: "Pod", metadata, spec: {} };
const phase: Column = { name: "Phase", type: "string", doc: "Phase.", priority: 1, cell: () => "Running" };

test("a kind without columns shows name and age", () => {
  const table = toTable({ columns: [] }, [object], { now, metadata: { resourceVersion: "9" } });
  assert.deepEqual(table.rows, [
    { cells: ["web", "60s"], object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata } },
  ]);
  assert.equal(table.metadata.resourceVersion, "9");
  assert.deepEqual(
    table.columnDefinitions.map(({ name, format, priority }) => [name, format, priority]),
    [
      ["Name", "name", 0],
      ["Age", "", 0],
    ],
  );
});

test("declared columns follow the name; a wide column has a priority; an own Name is not doubled", () => {
  const names = (columns: readonly Column[]): string[] =>
    toTable({ columns }, [], { now }).columnDefinitions.map(({ name, priority }) => `${name}/${priority}`);
  assert.deepEqual(names([phase, age()]), ["Name/0", "Phase/1", "Age/0"]);
  assert.deepEqual(names([phase, { ...phase, name: "Name" }]), ["Phase/1", "Name/1"]);
});

test("rows carry what includeObject asks for", () => {
  const carried = (includeObject: "None" | "Object"): unknown =>
    toTable({ columns: [] }, [object], { now, includeObject }).rows[0]?.object;
  assert.equal(carried("None"), null);
  assert.equal(carried("Object"), object);
  assert.equal(parseIncludeObject(""), "Metadata");
  assert.throws(
    () => parseIncludeObject("All"),
    (error) => isApiError(error, "BadRequest"),
  );
});

test("later tables of a watch have no headers", () => {
  assert.deepEqual(toTable({ columns: [] }, [object], { now, headers: false }).columnDefinitions, []);
});

test("a list of metadata names its items", () => {
  const list = partialMetadataList([object], { resourceVersion: "9" });
  assert.deepEqual(list.items[0], { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata });
});
