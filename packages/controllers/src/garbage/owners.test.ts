// The rule of collection, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "@knots/machinery";
import { decide, type JudgedOwner, type OwnerState } from "./owners.ts";

const owner = (uid: string, state: OwnerState): JudgedOwner => ({
  reference: { apiVersion: "v1", kind: "ConfigMap", name: uid, uid },
  state,
});
const alone = { any: false, waiting: false };

test("what follows from the state of the owners", () => {
  const plain: KubeObject = { metadata: {} };
  const orphaning: KubeObject = { metadata: { finalizers: ["orphan"] } };
  const foreground: KubeObject = { metadata: { finalizers: ["foregroundDeletion"] } };
  const rows: readonly (readonly [string, KubeObject, readonly JudgedOwner[], typeof alone, string])[] = [
    ["an owner is there", plain, [owner("a", "solid")], alone, "keep"],
    ["the only owner is gone", plain, [owner("a", "absent")], alone, "delete Background"],
    ["one of two owners is gone", plain, [owner("a", "absent"), owner("b", "solid")], alone, "disown a"],
    [
      "one of two owners waits for its dependents",
      plain,
      [owner("a", "waiting"), owner("b", "solid")],
      alone,
      "disown a",
    ],
    ["all owners are gone", plain, [owner("a", "absent"), owner("b", "absent")], alone, "delete Background"],
    ["the owner waits, and the object has no dependents", plain, [owner("a", "waiting")], alone, "delete Background"],
    [
      "the owner waits, and the object has some",
      plain,
      [owner("a", "waiting")],
      { any: true, waiting: false },
      "delete Foreground",
    ],
    [
      "everyone waits for everyone",
      plain,
      [owner("a", "waiting")],
      { any: true, waiting: true },
      "delete Foreground unblocked",
    ],
    ["the object asks to leave its dependents", orphaning, [owner("a", "absent")], alone, "delete Orphan"],
    ["the object asks to wait for its dependents", foreground, [owner("a", "absent")], alone, "delete Foreground"],
  ];
  for (const [sentence, object, owners, dependents, expected] of rows) {
    const decision = decide(object, owners, dependents);
    const text = {
      keep: () => "keep",
      disown: () => `disown ${[...(decision.action === "disown" ? decision.lost : [])].join(" ")}`,
      delete: () =>
        decision.action === "delete" ? `delete ${decision.policy}${decision.unblock ? " unblocked" : ""}` : "",
    }[decision.action]();
    assert.equal(text, expected, sentence);
  }
});
