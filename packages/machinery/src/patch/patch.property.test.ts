// Patches by their laws: each kind against a slow oracle, on random values whose fields have any name.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { array, field, int32, listOf, map, object, string } from "../schema/builder.ts";
import { isList, isObject } from "../schema/json-value.ts";
import type { Json, JsonObject } from "../schema/schema.ts";
import { applyJsonPatch, PatchError } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { applyStrategicPatch } from "./strategic-merge.ts";

const key = fc.constantFrom("a", "b", "", "a/b", "~", "~1", "0", "-", "__proto__", "constructor", "toString");
const scalar = fc.constantFrom<Json>(null, true, 0, 1.5, "x", "");
const { value } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("value"), { maxLength: 4 }), tie("object")),
  object: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));
const anObject = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });

/** Frozen all the way down: patches must not change what they are given. */
function frozen<T extends Json>(given: T): T {
  if (typeof given === "object" && given !== null) {
    for (const child of Object.values(given)) frozen(child);
    Object.freeze(given);
  }
  return given;
}

const entriesOf = (given: JsonObject): Map<string, Json> => new Map(Object.entries(given));
const fromEntries = (entries: ReadonlyMap<string, Json>): JsonObject => Object.fromEntries(entries);

/** RFC 7386 word for word. */
function mergeOracle(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const entries = isObject(target) ? entriesOf(target) : new Map<string, Json>();
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) entries.delete(name);
    else entries.set(name, mergeOracle(entries.get(name), change));
  }
  return fromEntries(entries);
}

test("a merge patch does what its RFC says", () => {
  fc.assert(
    fc.property(value.map(frozen), value.map(frozen), (target, patch) => {
      const result = applyMergePatch(target, patch);
      assert.deepEqual(result, mergeOracle(target, patch));
      if (isObject(result)) assert.equal(Object.getPrototypeOf(result), Object.prototype);
    }),
    { numRuns: 1000, seed: 51 },
  );
});

const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** Operations that lead from `before` to `after`: containers are entered where both have one of the same form. */
function* operations(before: Json, after: Json, at: string): Generator<Json> {
  if (isList(before) && isList(after)) {
    const shared = Math.min(before.length, after.length);
    for (let index = 0; index < shared; index++)
      yield* operations(before[index] as Json, after[index] as Json, `${at}/${index}`);
    for (let index = before.length - 1; index >= shared; index--) yield { op: "remove", path: `${at}/${index}` };
    for (const item of after.slice(shared)) yield { op: "add", path: `${at}/-`, value: item };
  } else if (isObject(before) && isObject(after)) {
    const [old, next] = [entriesOf(before), entriesOf(after)];
    for (const name of old.keys()) if (!next.has(name)) yield { op: "remove", path: `${at}/${escaped(name)}` };
    for (const [name, change] of next) {
      const path = `${at}/${escaped(name)}`;
      if (old.has(name)) yield* operations(old.get(name) as Json, change, path);
      else yield { op: "add", path, value: change };
    }
  } else if (before !== after) yield { op: "replace", path: at, value: after };
}

test("a JSON patch of differences leads from one value to the other, and its tests hold", () => {
  fc.assert(
    fc.property(value.map(frozen), value.map(frozen), (before, after) => {
      const patch = frozen([...operations(before, after, ""), { op: "test", path: "", value: after }]);
      assert.deepEqual(applyJsonPatch(before, patch), after);
    }),
    { numRuns: 1000, seed: 52 },
  );
});

const pointers = fc
  .array(fc.oneof(key.map(escaped), fc.constantFrom("0", "1", "-", "-1", "2", "01")), { maxLength: 3 })
  .map((parts) => parts.map((part) => `/${part}`).join(""));
const operation = fc.record<{ op: Json; path: string; from: string; value: Json }>({
  op: fc.constantFrom<Json>("add", "remove", "replace", "move", "copy", "test", "add", "copy", "toString", {
    toString: [],
  }),
  path: pointers,
  from: pointers,
  value,
});

test("whatever the operations, they are done on a value of their own or refused, one after the other as all at once", () => {
  let applied = 0;
  fc.assert(
    fc.property(
      value.map(frozen),
      fc.array(operation, { maxLength: 6 }).map((list) => frozen(list as Json[])),
      (before, patch) => {
        const text = JSON.stringify(before);
        const attempt = (from: Json, some: Json): Json | PatchError => {
          try {
            return applyJsonPatch(from, some);
          } catch (error) {
            if (error instanceof PatchError) return error;
            throw error;
          }
        };
        const atOnce = attempt(before, patch);
        let step: Json | PatchError = before;
        for (const one of patch as readonly Json[])
          if (!(step instanceof PatchError)) step = attempt(frozen(step), [one]);
        assert.equal(JSON.stringify(before), text);
        if (atOnce instanceof PatchError || step instanceof PatchError) assert.deepEqual(String(atOnce), String(step));
        else assert.deepEqual(atOnce, step);
        if (!(atOnce instanceof PatchError)) applied++;
      },
    ),
    { numRuns: 3000, seed: 53 },
  );
  assert.ok(applied > 100, `only ${applied} were applied`);
});

const port = object("Port", { port: field(1, int32(), "p"), name: field(2, string(), "n") });
const item = object("Item", {
  name: field(1, string(), "n"),
  image: field(2, string(), "i"),
  ports: field(3, listOf(port, "port"), "p"),
  args: field(4, array(string()), "a"),
});
const schema = object("Spec", {
  items: field(1, listOf(item, "name"), "i"),
  finalizers: field(2, array(string(), { list: "set", patch: "merge" }), "f"),
  labels: field(3, map(string()), "l"),
  strategy: field(
    4,
    object("Strategy", {
      type: field(1, string(), "t"),
      rolling: field(2, string(), "r"),
      how: field(3, string(), "h"),
    }),
    "s",
    { patch: "retainKeys" },
  ),
  plain: field(5, array(string()), "p"),
});

const word = fc.constantFrom("x", "y", "z", "__proto__");
const some = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>, ...required: string[]) =>
  fc.record(model, { requiredKeys: required, noNullPrototype: true });
const spec = some({
  items: fc.uniqueArray(
    some(
      {
        name: fc.constantFrom("a", "b", "c", "d"),
        image: word,
        ports: fc.uniqueArray(some({ port: fc.constantFrom(80, 443, 8080), name: word }, "port"), {
          selector: (one) => (one as { port: number }).port,
          minLength: 1,
        }),
        args: fc.array(word, { minLength: 1, maxLength: 3 }),
      },
      "name",
    ),
    { selector: (one) => (one as { name: string }).name, minLength: 1 },
  ),
  finalizers: fc.uniqueArray(fc.constantFrom("p", "q", "r", "s"), { minLength: 1 }),
  labels: fc.dictionary(word, word, { minKeys: 1, noNullPrototype: true }),
  strategy: some({ type: word, rolling: word, how: word }, "type"),
  plain: fc.array(word, { minLength: 1, maxLength: 3 }),
}).map((one) => JSON.parse(JSON.stringify(one)) as JsonObject);

const MERGED: Readonly<Record<string, string>> = { items: "name", ports: "port" };

/** The part of a patch that a list merged by key contributes, as kubectl writes it: changes, deletions, and the order. */
function listPatch(name: string, before: readonly Json[], after: readonly Json[]): JsonObject {
  const mergeKey = MERGED[name] ?? "";
  const keyOf = (one: Json): Json => (one as JsonObject)[mergeKey] ?? null;
  const changed = after.flatMap((one): Json[] => {
    const old = before.find((candidate) => keyOf(candidate) === keyOf(one));
    if (!old) return [one];
    const inner = strategicPatch(old as JsonObject, one as JsonObject);
    return Object.keys(inner).length > 0 ? [{ ...inner, [mergeKey]: keyOf(one) }] : [];
  });
  const gone = before.filter((one) => !after.some((other) => keyOf(other) === keyOf(one)));
  return {
    [name]: [...changed, ...gone.map((one): Json => ({ [mergeKey]: keyOf(one), $patch: "delete" }))],
    [`$setElementOrder/${name}`]: after.map((one): Json => ({ [mergeKey]: keyOf(one) })),
  };
}

function primitivePatch(name: string, before: readonly Json[], after: readonly Json[]): JsonObject {
  const gone = before.filter((one) => !after.includes(one));
  return {
    [name]: after.filter((one) => !before.includes(one)),
    ...(gone.length > 0 && { [`$deleteFromPrimitiveList/${name}`]: gone }),
    [`$setElementOrder/${name}`]: after,
  };
}

/** A strategic patch from `before` to `after`, made without thought for size. */
function strategicPatch(before: JsonObject, after: JsonObject): JsonObject {
  const parts = [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name): [string, Json][] => {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    const next = Object.hasOwn(after, name) ? after[name] : undefined;
    if (JSON.stringify(old) === JSON.stringify(next)) return [];
    if (next === undefined) return [[name, null]];
    if (isList(old) && isList(next) && name in MERGED) return Object.entries(listPatch(name, old, next));
    if (isList(old) && isList(next) && name === "finalizers") return Object.entries(primitivePatch(name, old, next));
    if (name === "strategy") return [[name, { ...(next as JsonObject), $retainKeys: Object.keys(next as JsonObject) }]];
    if (isObject(old) && isObject(next)) return [[name, strategicPatch(old, next)]];
    return [[name, next]];
  });
  return Object.fromEntries(parts.flat());
}

test("a strategic patch of differences leads from one object to the other, order and all", () => {
  fc.assert(
    fc.property(spec.map(frozen), spec, (before, after) => {
      const patch = frozen(strategicPatch(before, after));
      assert.deepEqual(applyStrategicPatch(schema, before, patch), after, JSON.stringify(patch));
    }),
    { numRuns: 2000, seed: 54 },
  );
});

test("a strategic patch is applied to what another has changed: their items stay, ours become what we said", () => {
  fc.assert(
    fc.property(spec, spec, spec, (before, mine, theirs) => {
      const patch = strategicPatch(before, mine);
      const once = applyStrategicPatch(schema, frozen(theirs), frozen(patch));
      assert.deepEqual(applyStrategicPatch(schema, frozen(once), patch), once, "a second time changes nothing");
      for (const one of (mine["items"] ?? []) as readonly JsonObject[]) {
        const was = ((before["items"] ?? []) as readonly JsonObject[]).find(({ name }) => name === one["name"]);
        if (was?.["image"] === one["image"] || patch["items"] === undefined) continue;
        const found = ((once["items"] ?? []) as readonly JsonObject[]).find(({ name }) => name === one["name"]);
        assert.equal(found?.["image"], one["image"]);
      }
    }),
    { numRuns: 1000, seed: 55 },
  );
});

test("patches of any shape are applied or refused", () => {
  const directive = fc.constantFrom(
    "$patch",
    "$retainKeys",
    "$setElementOrder/items",
    "$deleteFromPrimitiveList/finalizers",
    "items",
    "labels",
    "finalizers",
    "strategy",
    "ports",
  );
  const odd = fc.dictionary(fc.oneof(directive, key), fc.oneof(value, fc.array(anObject, { maxLength: 2 })), {
    maxKeys: 4,
    noNullPrototype: true,
  });
  let applied = 0;
  fc.assert(
    fc.property(
      spec.map(frozen),
      odd.map((one) => frozen(one as JsonObject)),
      (before, patch) => {
        try {
          const result = applyStrategicPatch(schema, before, patch);
          assert.equal(Object.getPrototypeOf(result), Object.prototype);
          applied++;
        } catch (error) {
          assert.ok(error instanceof PatchError, String(error));
        }
      },
    ),
    { numRuns: 3000, seed: 56 },
  );
  assert.ok(applied > 100, `only ${applied} were applied`);
});
