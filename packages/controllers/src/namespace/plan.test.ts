// Namespaces: what is deleted next, and what the conditions say, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigMap, Pod, Secret } from "@knots/api";
import type { KubeObject } from "@knots/machinery";
import { deepFreeze } from "@knots/std";
import { aNamespace, at, NOON } from "../../../../testkit/objects.ts";
import { type Contents, plan } from "./plan.ts";

const object = (metadata: KubeObject["metadata"] = {}): KubeObject => ({ metadata });
const leaving = object({ deletionTimestamp: at(0), finalizers: ["example.com/keep"] });
const of = (kind: Contents["kind"], ...items: readonly KubeObject[]): Contents => ({ kind, items });
const planFor = (contents: readonly Contents[], failures: readonly string[] = []) =>
  plan(deepFreeze({ namespace: aNamespace("shop", { deletionTimestamp: at(0) }), contents, failures }), NOON);

test("what goes next", () => {
  const rows: readonly (readonly [string, readonly Contents[], readonly string[], boolean])[] = [
    ["pods go first", [of(Pod, object()), of(ConfigMap, object())], ["pods"], false],
    ["and are waited for", [of(Pod, leaving), of(ConfigMap, object())], [], false],
    [
      "then everything else",
      [of(Pod), of(ConfigMap, object()), of(Secret, object())],
      ["configmaps", "secrets"],
      false,
    ],
    [
      "what is leaving already is not deleted again",
      [of(ConfigMap, leaving), of(Secret, object())],
      ["secrets"],
      false,
    ],
    ["at last the namespace", [of(Pod), of(ConfigMap)], [], true],
  ];
  for (const [sentence, contents, sweep, finished] of rows) {
    const decided = planFor(contents);
    assert.deepEqual([decided.sweep.map(({ plural }) => plural), decided.finished], [sweep, finished], sentence);
  }
});

test("what the conditions say", () => {
  const { status } = planFor([of(Pod, leaving, leaving), of(ConfigMap, leaving)], ["no"]);
  assert.deepEqual(
    status.conditions?.map(({ type, status: value, reason, message }) => [type, value, reason, message]),
    [
      ["NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"],
      [
        "NamespaceDeletionGroupVersionParsingFailure",
        "False",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
      ],
      [
        "NamespaceDeletionContentFailure",
        "True",
        "ContentDeletionFailed",
        "Failed to delete all resource types, 2 remaining: no",
      ],
      [
        "NamespaceContentRemaining",
        "True",
        "SomeResourcesRemain",
        "Some resources are remaining: configmaps. has 1 resource instances, pods. has 2 resource instances",
      ],
      [
        "NamespaceFinalizersRemaining",
        "True",
        "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: example.com/keep in 3 resource instances",
      ],
    ],
  );
  assert.equal(status.phase, "Terminating");
});

test("a refusal keeps the namespace", () => {
  assert.equal(planFor([of(Pod)], ["no"]).finished, false);
});
