import assert from "node:assert/strict";
import { test } from "node:test";
import { deepFreeze } from "@knots/std";
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
