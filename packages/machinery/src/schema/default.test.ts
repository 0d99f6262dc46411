// Defaulting: what is filled in, what is shared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deepFreeze } from "@knots/std";
import { field, int32, object } from "./builder.ts";
import { applyDefaults } from "./default.ts";
import { Thing } from "./thing.fixture.ts";

test("absent fields are filled, present ones stay, zero of a pointer counts as present", () => {
  const value = deepFreeze({
    spec: { replicas: 0, parts: [{ name: "a", ports: [{ port: 80 }, { port: 1, protocol: "UDP", target: "x" }] }] },
  });
  assert.deepEqual(applyDefaults(Thing, value), {
    spec: {
      replicas: 0,
      parts: [
        {
          name: "a",
          ports: [
            { port: 80, protocol: "TCP", target: 80 },
            { port: 1, protocol: "UDP", target: "x" },
          ],
        },
      ],
      tree: { leaf: "x" },
    },
  });
});

test("defaults reach into recursive lists and maps", () => {
  const value = { spec: { replicas: 2, tree: { leaf: "y", children: [{ leaf: "z", named: { k: {} } }] } } };
  assert.deepEqual(applyDefaults(Thing, value), {
    spec: { replicas: 2, tree: { leaf: "y", children: [{ leaf: "z", named: { k: { leaf: "x" } } }] } },
  });
});

test("nothing to fill gives the same reference, and a second pass changes nothing", () => {
  const value = { metadata: { labels: { a: "b" } }, spec: { parts: [{ name: "a" }] } };
  const once = applyDefaults(Thing, value);
  assert.equal(applyDefaults(Thing, once), once);
  assert.equal(once["metadata"], value.metadata);
});

test("a structure completes itself after its fields and what is inside them", () => {
  const inner = object("io.example.v1.Inner", { size: field(1, int32(), "Size.", { default: 2 }) });
  const outer = object("io.example.v1.Outer", {
    inner: field(1, inner, "Inner.", { default: {} }),
    double: field(2, int32(), "Twice the size."),
  }).completed((value) => (value.double === undefined ? { ...value, double: 2 * (value.inner?.size ?? 0) } : value));
  const once = applyDefaults(outer, {});
  assert.deepEqual(once, { inner: { size: 2 }, double: 4 });
  assert.equal(applyDefaults(outer, once), once);
});
