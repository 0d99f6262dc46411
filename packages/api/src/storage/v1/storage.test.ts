// What storage classes, drivers and attachments may say.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyKind, Json } from "@knots/machinery";
import { cellsOf, errorsOf, filled } from "../../errors.fixture.ts";
import { CSIDriver } from "./csi-driver.ts";
import { CSINode } from "./csi-node.ts";
import { CSIStorageCapacity } from "./csi-storage-capacity.ts";
import { StorageClass } from "./storage-class.ts";
import { VolumeAttachment } from "./volume-attachment.ts";
import { VolumeAttributesClass } from "./volume-attributes-class.ts";

const term = (key: string, ...values: readonly string[]) => ({ matchLabelExpressions: [{ key, values }] });
const fast = { provisioner: "a/b", parameters: { a: "1" } };
const attached = { attacher: "a.example.com", nodeName: "n", source: { persistentVolumeName: "pv" } };
const EXACTLY = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

const rows: readonly (readonly [string, AnyKind, Json, readonly string[], Json?])[] = [
  ["a class with a provisioner", StorageClass, fast, []],
  ["a class without one", StorageClass, {}, ["provisioner: Required value"]],
  [
    "an unknown policy",
    StorageClass,
    { ...fast, reclaimPolicy: "Keep" },
    ['reclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"'],
  ],
  [
    "another provisioner",
    StorageClass,
    { ...fast, provisioner: "c/d" },
    ["provisioner: Forbidden: updates to provisioner are forbidden."],
    fast,
  ],
  [
    "another binding",
    StorageClass,
    { ...fast, volumeBindingMode: "WaitForFirstConsumer" },
    ['volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable'],
    fast,
  ],
  ["room to grow", StorageClass, { ...fast, allowVolumeExpansion: true }, [], fast],
  [
    "a topology twice",
    StorageClass,
    { ...fast, allowedTopologies: [term("zone", "a"), term("zone", "a")] },
    ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'],
  ],
  [
    "a value twice",
    StorageClass,
    { ...fast, allowedTopologies: [term("zone", "a", "a")] },
    ['allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"'],
  ],
  [
    "an attributes class without parameters",
    VolumeAttributesClass,
    { driverName: "a.example.com" },
    ["parameters: Required value: must contain at least one key/value pair"],
  ],
  [
    "a driver's modes stay",
    CSIDriver,
    { spec: { volumeLifecycleModes: ["Ephemeral"] } },
    ['spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable'],
    { spec: {} },
  ],
  [
    "one token for one audience",
    CSIDriver,
    { spec: { tokenRequests: [{ audience: "a" }, { audience: "a" }] } },
    ['spec.tokenRequests[1].audience: Duplicate value: "a"'],
  ],
  [
    "a token lives ten minutes at least",
    CSIDriver,
    { spec: { tokenRequests: [{ audience: "a", expirationSeconds: 10 }] } },
    ["spec.tokenRequests[0].expirationSeconds: Invalid value: 10: must be between 600 and 4294967296, inclusive"],
  ],
  [
    "a driver runs once on a node",
    CSINode,
    { spec: { drivers: ["a", "a"].map((name) => ({ name, nodeID: "n" })) } },
    ['spec.drivers[1].name: Duplicate value: "a"'],
  ],
  [
    "a capacity is not below zero",
    CSIStorageCapacity,
    { storageClassName: "fast", capacity: "-1" },
    ['capacity: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    "something is attached",
    VolumeAttachment,
    { spec: { ...attached, source: {} } },
    [`spec.source: Required value: ${EXACTLY}`],
  ],
  [
    "an attachment stays",
    VolumeAttachment,
    { spec: { ...attached, nodeName: "m" } },
    [
      'spec: Invalid value: {"attacher":"a.example.com","nodeName":"m","source":{"persistentVolumeName":"pv"}}: field is immutable',
    ],
    { spec: attached },
  ],
];
for (const [what, kind, value, expected, old] of rows) {
  test(`${kind.kind}: ${what}`, () => assert.deepEqual(errorsOf(kind, value, old), expected));
}

test("the name of a driver is a domain of at most 63 characters", () => {
  assert.equal(CSIDriver.checkName("disk.example.com"), undefined);
  for (const name of ["-a", "a..b", `${"a".repeat(63)}.b`]) assert.ok(CSIDriver.checkName(name), name);
});

test("a class deletes volumes and binds at once unless it says otherwise", () => {
  const { reclaimPolicy, volumeBindingMode } = filled(StorageClass, fast) as Record<string, Json>;
  assert.deepEqual([reclaimPolicy, volumeBindingMode], ["Delete", "Immediate"]);
});

test("a driver says everything about itself once it is stored", () => {
  assert.deepEqual((filled(CSIDriver, { spec: {} }) as Record<string, Json>)["spec"], {
    attachRequired: true,
    podInfoOnMount: false,
    volumeLifecycleModes: ["Persistent"],
    storageCapacity: false,
    fsGroupPolicy: "ReadWriteOnceWithFSType",
    requiresRepublish: false,
    seLinuxMount: false,
  });
});

test("the default class is marked, by either name of the mark", () => {
  const shown = (annotations: Json): Json | undefined =>
    cellsOf(StorageClass, { ...fast, metadata: { name: "fast", annotations } })["Name"];
  assert.equal(shown({}), "fast");
  assert.equal(shown({ "storageclass.kubernetes.io/is-default-class": "true" }), "fast (default)");
  assert.equal(shown({ "storageclass.beta.kubernetes.io/is-default-class": "true" }), "fast (default)");
  assert.equal(shown({ "storageclass.kubernetes.io/is-default-class": "false" }), "fast");
});
