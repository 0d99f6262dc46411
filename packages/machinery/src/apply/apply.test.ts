// Who owns what after applies and updates: sentences, and the slow oracle of what an apply takes away.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { samples } from "../../../../testkit/apply-samples.ts";
import type { Json, JsonObject } from "../schema/schema.ts";
import { changesBetween } from "./apply.ts";
import { appliedFault } from "./check-applied.ts";
import { conflictError, withoutAllowed } from "./conflict.ts";
import { EMPTY_SET, type FieldSet, pathsOf, setOfPaths, union } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { type Owner, parseOwners, sameButTimes, writeOwners } from "./owners.ts";
import { prune } from "./prune.ts";
import { updateOwners } from "./update-owners.ts";
import { places } from "./values.fixture.ts";
import { canonical, resets, schema, versions, type World, world } from "./world.fixture.ts";

const inner = (value: JsonObject): JsonObject => ({ inner: value });
const items = (...list: readonly Json[]): JsonObject => ({ items: list });

interface Row {
  readonly says: string;
  readonly after: World;
  readonly object: JsonObject;
  readonly owners: readonly string[];
}

const rows: readonly Row[] = [
  {
    says: "an apply owns what it names",
    after: world().apply("a", { count: 1, inner: { text: "x" } }),
    object: { count: 1, inner: { text: "x" } },
    owners: ["a Apply: count inner.text"],
  },
  {
    says: "an update owns what it brings, structures too",
    after: world().update("u", { count: 1, inner: { text: "x" } }),
    object: { count: 1, inner: { text: "x" } },
    owners: ["u Update: count inner inner.text"],
  },
  {
    says: "what is applied with the value it has is owned by both",
    after: world().apply("a", { count: 1 }).apply("b", { count: 1 }),
    object: { count: 1 },
    owners: ["a Apply: count", "b Apply: count"],
  },
  {
    says: "an update takes a field from everybody",
    after: world().apply("a", { count: 1 }).apply("b", { count: 1 }).update("u", { count: 2 }),
    object: { count: 2 },
    owners: ["u Update: count"],
  },
  {
    says: "force takes a field from its owners",
    after: world()
      .apply("a", { count: 1, tags: ["x"] })
      .force("b", { count: 2 }),
    object: { count: 2, tags: ["x"] },
    owners: ['a Apply: tags."x"', "b Apply: count"],
  },
  {
    says: "what an apply does not name any more goes",
    after: world()
      .apply("a", { count: 1, ...inner({ text: "x", on: true }) })
      .apply("a", inner({ text: "x" })),
    object: inner({ text: "x" }),
    owners: ["a Apply: inner.text"],
  },
  {
    says: "unless another owns it",
    after: world().apply("a", { count: 1 }).apply("b", { count: 1 }).apply("a", {}),
    object: { count: 1 },
    owners: ["b Apply: count"],
  },
  {
    says: "or something below it",
    after: world()
      .apply("a", inner({ text: "x" }))
      .apply("b", inner({ on: true }))
      .apply("a", {}),
    object: inner({ on: true }),
    owners: ["b Apply: inner.on"],
  },
  {
    says: "an updater's field stays as well",
    after: world()
      .apply("a", inner({ labels: { k: "x" } }))
      .update("u", inner({ labels: { k: "x", l: "y" } }))
      .apply("a", {}),
    object: inner({ labels: { l: "y" } }),
    owners: ["u Update: inner.labels.l"],
  },
  {
    says: "an item that nobody else owns goes whole",
    after: world()
      .apply("a", items({ name: "a", inner: { text: "x" } }, { name: "b" }))
      .apply("a", items({ name: "b" })),
    object: items({ name: "b" }),
    owners: ['a Apply: items.{"name":"b"} items.{"name":"b"}.name'],
  },
  {
    says: "an item that another applied stays, without what only the first applied",
    after: world()
      .apply("a", items({ name: "a", inner: { text: "x" } }))
      .apply("b", items({ name: "a" }))
      .apply("a", {}),
    object: items({ name: "a" }),
    owners: ['b Apply: items.{"name":"a"} items.{"name":"a"}.name'],
  },
  {
    says: "values of a set come and go by themselves",
    after: world()
      .apply("a", { tags: ["x", "y"] })
      .apply("b", { tags: ["z"] })
      .apply("a", { tags: ["y"] }),
    object: { tags: ["y", "z"] },
    owners: ['b Apply: tags."z"', 'a Apply: tags."y"'],
  },
  {
    says: "a structure goes with what nobody owns in it",
    after: world()
      .apply("a", inner({ text: "x" }))
      .apply("a", {}),
    object: {},
    owners: [],
  },
  {
    says: "what an update removes belongs to nobody",
    after: world()
      .apply("a", { count: 1, ...inner({ text: "x" }) })
      .update("u", { count: 1 }),
    object: { count: 1 },
    owners: ["a Apply: count"],
  },
  {
    says: "null is owned and takes the value away",
    after: world().apply("a", { count: 1 }).force("b", { count: null }),
    object: {},
    owners: ["b Apply: count"],
  },
  {
    says: "the version of an updater tells its entries apart",
    after: world()
      .update("u", { count: 1 })
      .update("u", { count: 1, tags: ["x"] }, "v2"),
    object: { count: 1, tags: ["x"] },
    owners: ["u Update: count", 'u Update: tags tags."x"'],
  },
  {
    says: "owners in a version that is gone are forgotten with the next change",
    after: world().update("u", { count: 1 }).update("u", { count: 2 }, "x1").update("w", { count: 3 }),
    object: { count: 3 },
    owners: ["w Update: count"],
  },
];

test("owners after writes", () => {
  for (const { says, after, object, owners } of rows) {
    assert.deepEqual(after.object, object, says);
    assert.deepEqual(after.said(), owners, says);
  }
});

test("a field of another with another value is a conflict, told in upstream's words", () => {
  const live = world()
    .apply("first", { count: 1, tags: ["x"] })
    .update("second", { count: 1, tags: ["x"], ...items({ name: "a", inner: { text: "x" } }) });
  const conflict = (applied: JsonObject) => {
    const error = conflictError(live.try("me", applied).conflicts);
    const { code, reason, message, details } = error.status;
    return { code, reason, message, causes: details?.causes };
  };
  assert.deepEqual(conflict({ count: 2 }), {
    code: 409,
    reason: "Conflict",
    message: 'Apply failed with 1 conflict: conflict with "first": .count',
    causes: [{ reason: "FieldManagerConflict", message: 'conflict with "first"', field: ".count" }],
  });
  assert.deepEqual(conflict({ count: 2, ...items({ name: "a", inner: { text: "y" } }) }), {
    code: 409,
    reason: "Conflict",
    message:
      'Apply failed with 2 conflicts: conflicts with "first":\n- .count\nconflicts with "second" using v1:\n- .items[name="a"].inner.text',
    causes: [
      { reason: "FieldManagerConflict", message: 'conflict with "first"', field: ".count" },
      {
        reason: "FieldManagerConflict",
        message: 'conflict with "second" using v1',
        field: '.items[name="a"].inner.text',
      },
    ],
  });
  const { conflicts } = live.try("me", { count: 2 });
  assert.deepEqual(withoutAllowed(conflicts, setOfPaths(["f:count"])), []);
  assert.equal(withoutAllowed(conflicts, setOfPaths(["f:tags"])).length, 1);
});

test("a subresource is part of who writes, and is named in conflicts", () => {
  const status = { manager: "me", operation: "Apply", apiVersion: "v1", subresource: "status" } as const;
  const live = world()
    .apply("me", { count: 1 })
    .apply("me", inner({ text: "x" }), { writer: status });
  assert.deepEqual(
    live.owners.map(({ subresource }) => subresource),
    [undefined, "status"],
  );
  const { message } = conflictError(live.try("you", inner({ text: "y" })).conflicts);
  assert.equal(message, 'Apply failed with 1 conflict: conflict with "me" with subresource "status": .inner.text');
});

test("fields that an endpoint resets are not owned through it", () => {
  const statusOnly = { resets: () => setOfPaths(["f:inner"]) };
  assert.deepEqual(
    world()
      .apply("me", { count: 1, ...inner({ text: "x" }) }, statusOnly)
      .said(),
    ["me Apply: count"],
  );
});

test("a repeated update moves the time alone, and the fields of its entry are not written again", () => {
  const live = world()
    .update("node", { count: 1, tags: ["x"] })
    .apply("a", { tags: ["x"] });
  const before = writeOwners(live.owners);
  const changes = changesBetween(live.object, { ...live.object, count: 2 }, { versions, resets });
  const writer = { manager: "node", operation: "Update", apiVersion: "v1" } as const;
  const after = writeOwners(updateOwners(live.owners, changes, writer, "2026-01-01T00:09:00Z"));
  assert.equal(after[0], before[0]);
  assert.equal(after[1]?.fieldsV1, before[1]?.fieldsV1);
  assert.equal(after[1]?.time, "2026-01-01T00:09:00Z");
  assert.ok(sameButTimes(before, after));
  const nothing = changesBetween(live.object, { ...live.object }, { versions, resets });
  assert.equal(updateOwners(live.owners, nothing, writer, "2026-01-01T00:09:00Z"), live.owners);
});

test("at most ten updaters are told apart: the oldest become ancient-changes", () => {
  const live = world();
  let structs: JsonObject = {};
  for (let index = 0; index < 12; index++) {
    structs = { ...structs, [`s${String(index).padStart(2, "0")}`]: { text: "x" } };
    live.update(`u${String(index).padStart(2, "0")}`, { structs });
  }
  const [first, ...others] = live.said();
  assert.equal(
    first,
    "ancient-changes Update: structs structs.s00 structs.s01 structs.s02 structs.s00.text structs.s01.text structs.s02.text",
  );
  assert.deepEqual(
    others.map((line) => line.slice(0, 3)),
    ["u03", "u04", "u05", "u06", "u07", "u08", "u09", "u10", "u11"],
  );
});

test("entries: applied ones first, then by time, name, version and subresource", () => {
  const owner = (manager: string, more: Partial<Owner> = {}): Owner => ({
    manager,
    operation: "Update",
    apiVersion: "v1",
    time: "2026-01-01T00:00:00Z",
    fields: setOfPaths(["f:a"]),
    ...more,
  });
  const entries = writeOwners([
    owner("b"),
    owner("a", { subresource: "status" }),
    owner("a"),
    owner("z", { operation: "Apply" }),
    owner("c", { time: "2025-01-01T00:00:00Z" }),
    owner("d", { time: undefined }),
    owner("e", { fields: EMPTY_SET }),
  ]);
  assert.deepEqual(
    entries.map(({ manager, subresource = "" }) => manager + subresource),
    ["z", "d", "c", "a", "astatus", "b"],
  );
  assert.deepEqual(Object.keys(entries[2] ?? {}), [
    "manager",
    "operation",
    "apiVersion",
    "time",
    "fieldsType",
    "fieldsV1",
  ]);
});

test("malformed entries are no owners", () => {
  const good = {
    manager: "m",
    operation: "Apply",
    apiVersion: "v1",
    fieldsType: "FieldsV1",
    fieldsV1: { "f:a": {} },
  } as const;
  assert.equal(parseOwners([good])?.length, 1);
  for (const wrong of [
    { operation: "Patch" },
    { apiVersion: "" },
    { fieldsType: "FieldsV2" },
    { fieldsType: "" },
    { fieldsV1: { a: {} } },
  ])
    assert.equal(parseOwners([{ ...good, ...wrong } as never]), undefined, JSON.stringify(wrong));
});

test("what cannot be applied says why", () => {
  const table: readonly (readonly [JsonObject, string | undefined])[] = [
    [{ count: 1, inner: null, any: { q: 1 } }, undefined],
    [{ nothing: 1 }, ".nothing: field not declared in schema"],
    [{ items: [{ name: "a", inner: { q: 1 } }] }, '.items[name="a"].inner.q: field not declared in schema'],
    [{ items: [{ name: "a" }, { name: "a" }] }, '.items: duplicate entries for key [name="a"]'],
    [{ tags: ["x", "x"] }, '.tags: duplicate entries for key [="x"]'],
    [
      { items: [{}] },
      '.items: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
    [{ count: "1" }, ".count: expected numeric (int or float), got string"],
    [{ inner: { text: 1 } }, ".inner.text: expected string, got &value.valueUnstructured{Value:1}"],
    [{ inner: { on: "x" } }, ".inner.on: expected boolean, got string"],
    [{ inner: "x" }, ".inner: expected map, got &{x}"],
    [{ tags: "x" }, ".tags: expected list, got &{x}"],
    [{ q: 1, r: 2 }, "errors:\n  .q: field not declared in schema\n  .r: field not declared in schema"],
  ];
  for (const [applied, message] of table) assert.equal(appliedFault(schema, applied), message);
});

/** The places that an apply takes away, by explicit paths: what `last` had, nobody has, or lies below such. */
function deadPaths(merged: JsonObject, last: FieldSet, owned: FieldSet): (path: string) => boolean {
  const all = [...places(schema, merged)];
  const isField = new Map(all.map(({ path, entry, leaf }) => [path, entry || leaf]));
  const prefixes = (path: string): readonly string[] =>
    path.split(" ").map((_, index, steps) => steps.slice(0, index + 1).join(" "));
  const isNamed = (path: string): boolean => all.some((place) => place.path === path && !place.entry);
  const closed = (set: FieldSet): ReadonlySet<string> => {
    const paths = [...pathsOf(set)].map((path) => path.join(" "));
    return new Set([...paths, ...paths.flatMap((path) => prefixes(path).slice(0, -1).filter(isNamed))]);
  };
  const [mine, theirs] = [closed(last), closed(owned)];
  const survives = (path: string): boolean => !prefixes(path).some((prefix) => mine.has(prefix));
  const leadsToField = (path: string): boolean => isField.get(path) === true || isNamed(path);
  const lost = (path: string): boolean => leadsToField(path) && !survives(path) && !theirs.has(path);
  const dead = new Set(all.map(({ path }) => path).filter((path) => mine.has(path) && prefixes(path).some(lost)));
  return (path) => prefixes(path).some((prefix) => dead.has(prefix));
}

test("what an apply takes away is what the slow oracle says", () => {
  fc.assert(
    fc.property(samples.map(canonical), samples, samples, samples, (merged, before, now, other) => {
      const owner = (manager: string, value: JsonObject): Owner => ({
        manager,
        operation: "Apply",
        apiVersion: "v1",
        fields: fieldsOf(schema, value),
      });
      const owners = [owner("me", now), owner("other", other)];
      const last = owner("me", before);
      const left = canonical(prune(merged, last, owners, versions));
      const gone = deadPaths(
        merged,
        last.fields,
        owners.reduce((set, { fields }) => union(set, fields), EMPTY_SET),
      );
      const leaves = (value: JsonObject): readonly string[] =>
        [...places(schema, value)]
          .filter(({ leaf, value: at }) => leaf && JSON.stringify(at) !== "{}")
          .map(({ path }) => path);
      assert.deepEqual(new Set(leaves(left)), new Set(leaves(merged).filter((path) => !gone(path))));
    }),
    { numRuns: 800, seed: 44 },
  );
});

test("an apply keeps its promises whatever the history", () => {
  const write = fc.record({ by: fc.constantFrom("a", "b", "u"), value: samples });
  fc.assert(
    fc.property(fc.array(write, { minLength: 1, maxLength: 6 }), (writes) => {
      const live = world();
      for (const { by, value } of writes) {
        if (by === "u") live.update("u", canonical(value));
        else live.force(by, value);
        if (by === "u") continue;
        const wanted = fieldsOf(schema, value);
        const mine = live.owners.find(({ manager, operation }) => manager === by && operation === "Apply");
        assert.deepEqual(
          [...pathsOf(mine?.fields ?? EMPTY_SET)],
          [...pathsOf(wanted)],
          "the applier owns exactly what it named",
        );
        const again = live.try(by, value);
        assert.deepEqual([again.object, again.conflicts], [live.object, []], "a second apply changes nothing");
      }
    }),
    { numRuns: 300, seed: 45 },
  );
});
