// Server-side apply against the plain definition of ownership: leaf by leaf, after any sequence of applies and updates.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { samples } from "../../../../testkit/apply-samples.ts";
import { isObject } from "../schema/json-value.ts";
import type { Json, JsonObject } from "../schema/schema.ts";
import { pathsOf } from "./field-set.ts";
import { places } from "./values.fixture.ts";
import { canonical, schema, type World, world } from "./world.fixture.ts";

/** Scalars and what is replaced whole, by path; what is empty stands for its place alone and is left out. */
type Leaves = ReadonlyMap<string, string>;

/** Text of a value in which the order of keys says nothing. */
const textOf = (value: Json): string =>
  JSON.stringify(value, (_key, part: Json) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );

function leavesOf(object: JsonObject): Leaves {
  const found = [...places(schema, object)].filter(({ leaf }) => leaf);
  return new Map(found.map(({ path, value }) => [path, textOf(value)] as const).filter(([, text]) => text !== "{}"));
}

/** Who owns which leaves, by the definition. */
type Owners = ReadonlyMap<string, ReadonlySet<string>>;

/** Whoever changes a leaf takes it from all others; an applier owns what it names, an updater what it changed beside what it had. */
function ownersAfter(
  owners: Owners,
  write: { readonly by: string; readonly wanted?: Leaves },
  sides: readonly [Leaves, Leaves],
): Owners {
  const [before, after] = sides;
  const changed = new Set([...before.keys(), ...after.keys()].filter((path) => before.get(path) !== after.get(path)));
  const next = new Map([...owners].map(([name, paths]) => [name, paths.difference(changed)] as const));
  const set = write.wanted
    ? new Set(write.wanted.keys())
    : new Set([...changed].filter((path) => after.has(path))).union(next.get(write.by) ?? new Set<string>());
  return next.set(write.by, set);
}

/** What the entries say, leaves of this object only: structures and items have owners of their own. */
function said(live: World, leaves: Leaves): Owners {
  return new Map(
    live.owners.map(({ manager, fields }) => {
      const paths = [...pathsOf(fields)].map((path) => path.join(" "));
      return [manager, new Set(paths.filter((path) => leaves.has(path)))] as const;
    }),
  );
}

const listed = (owners: Owners): readonly string[] =>
  [...owners]
    .filter(([, paths]) => paths.size > 0)
    .map(([name, paths]) => `${name}: ${[...paths].toSorted().join(", ")}`)
    .toSorted();

test("after any writes every leaf has the owners and the value that the definition gives it", () => {
  const write = fc.record({ by: fc.constantFrom("a", "b", "c", "updater"), value: samples });
  let shared = 0;
  fc.assert(
    fc.property(fc.array(write, { minLength: 1, maxLength: 7 }), (writes) => {
      const live = world();
      const applied = new Map<string, Leaves>();
      let expected: Owners = new Map();
      for (const { by, value } of writes) {
        const before = leavesOf(live.object);
        const wanted = by === "updater" ? undefined : leavesOf(canonical(value));
        if (wanted) {
          live.force(by, value);
          applied.set(by, wanted);
        } else live.update(by, canonical(value));
        const after = leavesOf(live.object);
        expected = ownersAfter(expected, { by, ...(wanted && { wanted }) }, [before, after]);
        const present = new Map(
          [...expected].map(([name, paths]) => [name, paths.intersection(new Set(after.keys()))] as const),
        );
        assert.deepEqual(listed(said(live, after)), listed(present));
        // So no two own a leaf with different wishes: whoever owns it sees the value that it applied.
        for (const [name, wishes] of applied)
          for (const path of said(live, after).get(name) ?? [])
            assert.equal(after.get(path), wishes.get(path), `${name} ${path}`);
        if (wanted)
          assert.deepEqual(
            [...wanted].filter(([path, text]) => after.get(path) !== text),
            [],
          );
        const all = [...said(live, after).values()].flatMap((paths) => [...paths]);
        if (new Set(all).size < all.length) shared++;
      }
    }),
    { numRuns: 600, seed: 46 },
  );
  assert.ok(shared > 50, `leaves were shared after ${shared} writes only`);
});

test("what one applies and another then applies alike is no conflict, and what differs is", () => {
  fc.assert(
    fc.property(samples, samples, (mine, theirs) => {
      const live = world().force("a", mine);
      const [a, b] = [leavesOf(canonical(mine)), leavesOf(canonical(theirs))];
      const differing = [...b].filter(([path, text]) => a.has(path) && a.get(path) !== text).map(([path]) => path);
      const { conflicts } = live.try("b", theirs);
      const told = conflicts.flatMap(({ fields }) => [...pathsOf(fields)].map((path) => path.join(" ")));
      assert.deepEqual(told.filter((path) => a.has(path) && b.has(path)).toSorted(), differing.toSorted());
    }),
    { numRuns: 800, seed: 47 },
  );
});
