// Tests of the local copy against the slowest thing that could be right: a plain list searched from end to end.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "@knots/machinery";
import fc from "fast-check";
import { createObjectStore, StoreFull } from "./object-store.ts";

const labelled = (object: KubeObject): readonly string[] => Object.values(object.metadata.labels ?? {});

interface Step {
  readonly act: "put" | "remove" | "replace";
  readonly name: string;
  readonly label: string;
  readonly reborn: boolean;
}
const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom("put", "put", "put", "remove", "replace"),
    name: fc.constantFrom("a", "b", "c", "d"),
    label: fc.constantFrom("x", "y"),
    reborn: fc.boolean(),
  }),
  { maxLength: 40 },
);

test("after any writes the copy, its indexes and its told changes agree with a plain list", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const store = createObjectStore(100);
      store.addIndex("early", labelled);
      let plain: KubeObject[] = [];
      const told = new Map<string, KubeObject>();
      for (const [at, { act, name, label, reborn }] of list.entries()) {
        const old = plain.find(({ metadata }) => metadata.name === name);
        const uid = old && !reborn ? old.metadata.uid : `${name}${at}`;
        const metadata = { namespace: "n", name, uid: String(uid), resourceVersion: String(at + 1), labels: { label } };
        const others = plain.filter((object) => object !== old);
        if (act === "put") plain = [...others, { metadata }];
        else if (act === "remove") plain = others;
        else plain = others.slice(1);
        const changes =
          act === "put"
            ? store.put({ metadata })
            : act === "remove"
              ? store.remove({ metadata })
              : store.replace(plain);
        for (const change of changes) {
          const place = change.object.metadata.name ?? "";
          const before = told.get(place);
          assert.equal(change.type === "added", before === undefined);
          if (change.type === "updated") assert.equal(change.previous, before);
          if (change.type !== "added" && act !== "remove")
            assert.equal((change.type === "updated" ? change.object : before)?.metadata.uid, before?.metadata.uid);
          if (change.type === "deleted") told.delete(place);
          else told.set(place, change.object);
        }
        const byName = (objects: Iterable<KubeObject>) =>
          [...objects].sort((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
        assert.deepEqual(byName(store.list()), byName(plain));
        assert.deepEqual(byName(store.list("n")), byName(plain));
        assert.deepEqual(byName(told.values()), byName(plain));
        assert.equal(store.size, plain.length);
        for (const value of ["x", "y"]) {
          const expected = byName(plain.filter((object) => labelled(object).includes(value)));
          assert.deepEqual(byName(store.byIndex("early", value)), expected);
          assert.deepEqual(byName(store.index(labelled)(value)), expected);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("an older version is ignored", () => {
  const store = createObjectStore(10);
  const at = (resourceVersion: string) => ({ metadata: { name: "a", uid: "1", resourceVersion } });
  store.put(at("10"));
  assert.deepEqual(store.put(at("9")), []);
  assert.deepEqual(store.remove(at("9")), []);
  assert.equal(store.get("", "a")?.metadata.resourceVersion, "10");
});

test("more objects than the limit are refused and nothing changes", () => {
  const store = createObjectStore(1);
  const named = (name: string) => ({ metadata: { name, uid: name, resourceVersion: "1" } });
  store.put(named("a"));
  assert.throws(() => store.put(named("b")), StoreFull);
  assert.throws(() => store.replace([named("b"), named("c")]), StoreFull);
  assert.deepEqual(
    store.list().map(({ metadata }) => metadata.name),
    ["a"],
  );
});

test("one name of an index keeps its function", () => {
  const store = createObjectStore(1);
  store.addIndex("by", labelled);
  store.addIndex("by", labelled);
  assert.throws(() => store.addIndex("by", () => []), /has one function/);
  assert.throws(() => store.byIndex("other", "x"), /was added/);
});
