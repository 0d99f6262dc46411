// Patches of pod statuses: small, complete, and without a word about what belongs to others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pod, type PodStatus } from "@knots/api";
import { applyStrategicPatch, type JsonObject } from "@knots/machinery";
import { overlaid, statusPatch } from "./status-patch.ts";

const gate = { type: "knots.dev/traffic-released", status: "True" } as const;
const notReady = { type: "Ready", status: "False", reason: "ContainersNotReady", message: "x" } as const;
const ready = { type: "Ready", status: "True" } as const;

function patched(from: PodStatus, to: PodStatus): unknown {
  const patch = statusPatch(from, to, "u1");
  const before = { metadata: { name: "web" }, status: from } as unknown as JsonObject;
  return patch === undefined ? from : applyStrategicPatch(Pod.schema, before, patch)["status"];
}

test("equal statuses need no patch", () => {
  assert.equal(statusPatch({ conditions: [ready, gate] }, { conditions: [ready] }, "u1"), undefined);
});

test("a condition loses the reason that it has no more, and others' conditions stay", () => {
  const after = patched({ conditions: [notReady, gate] }, { conditions: [ready] });
  assert.deepEqual(after, { conditions: [ready, gate] });
});

test("addresses are replaced, not added", () => {
  const after = patched({ podIPs: [{ ip: "10.0.0.1" }] }, { podIPs: [{ ip: "10.0.0.2" }] });
  assert.deepEqual(after, { podIPs: [{ ip: "10.0.0.2" }] });
});

test("what is gone is taken away", () => {
  assert.deepEqual(patched({ phase: "Failed", reason: "Evicted" }, { phase: "Failed" }), { phase: "Failed" });
});

test("a patch is bound to the pod's uid", () => {
  assert.deepEqual(statusPatch({}, { phase: "Running" }, "u1")?.["metadata"], { uid: "u1" });
});

test("our newer status lies over the server's, but a final phase there stays", () => {
  const server: PodStatus = { phase: "Failed", reason: "Evicted", conditions: [notReady, gate] };
  const mine: PodStatus = { phase: "Running", conditions: [ready] };
  assert.deepEqual(overlaid(server, mine), { phase: "Failed", reason: "Evicted", conditions: [ready, gate] });
  assert.equal(overlaid({ ...server, phase: "Pending" }, mine).phase, "Running");
});
