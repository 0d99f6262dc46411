// What claims, classes and slices of devices may say.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyKind, Json } from "@knots/machinery";
import { cellsOf, errorsOf, filled } from "../../errors.fixture.ts";
import { DeviceClass } from "./device-class.ts";
import { ResourceClaim } from "./resource-claim.ts";
import { ResourceSlice } from "./resource-slice.ts";

const gpu = { name: "gpu", exactly: { deviceClassName: "gpu.example.com" } };
const claim = (devices: object): Json => ({ spec: { devices: { requests: [gpu], ...devices } } });
const slice = (more: object): Json => ({
  spec: {
    driver: "gpu.example.com",
    nodeName: "n",
    pool: { name: "n", generation: 1, resourceSliceCount: 1 },
    devices: [{ name: "gpu-0" }],
    ...more,
  },
});
const device = (more: object): Json => slice({ devices: [{ name: "gpu-0", ...more }] });
const REQUEST = "spec.devices.requests[0]";
const CHOICE = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
const MENTION = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

const rows: readonly (readonly [string, AnyKind, Json, readonly string[], Json?])[] = [
  ["a plain one is right", ResourceClaim, claim({}), []],
  [
    "a request in no way",
    ResourceClaim,
    claim({ requests: [{ name: "gpu" }] }),
    [`${REQUEST}: Required value: exactly one of \`exactly\` or \`firstAvailable\` is required`],
  ],
  [
    "two requests of one name",
    ResourceClaim,
    claim({ requests: [gpu, gpu] }),
    ['spec.devices.requests[1].name: Duplicate value: "gpu"'],
  ],
  [
    "all of two",
    ResourceClaim,
    claim({ requests: [{ name: "gpu", exactly: { ...gpu.exactly, allocationMode: "All", count: 2 } }] }),
    [`${REQUEST}.exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'`],
  ],
  [
    "a constraint on nobody",
    ResourceClaim,
    claim({ constraints: [{ requests: ["cpu"], matchAttribute: "example.com/model" }] }),
    [`spec.devices.constraints[0].requests[0]: Invalid value: "cpu": ${MENTION}`],
  ],
  [
    "an attribute without a domain",
    ResourceClaim,
    claim({ constraints: [{ matchAttribute: "model" }] }),
    ['spec.devices.constraints[0].matchAttribute: Invalid value: "model": must include a domain'],
  ],
  [
    "settings for nobody",
    ResourceClaim,
    claim({ config: [{}] }),
    ["spec.devices.config[0].opaque: Required value: exactly one configuration type is required"],
  ],
  [
    "a selector that selects nothing",
    DeviceClass,
    { spec: { selectors: [{}] } },
    ["spec.selectors[0].cel: Required value"],
  ],
  ["a plain one is right", ResourceSlice, slice({}), []],
  [
    "devices two ways",
    ResourceSlice,
    slice({ allNodes: true }),
    [`spec: Invalid value: "{nodeName, allNodes}": ${CHOICE}`],
  ],
  [
    "two devices of one name",
    ResourceSlice,
    slice({ devices: [{ name: "a" }, { name: "a" }] }),
    ['spec.devices[1].name: Duplicate value: "a"'],
  ],
  [
    "a fact of two forms",
    ResourceSlice,
    device({ attributes: { model: { string: "A", int: 1 } } }),
    ['spec.devices[0].attributes[model]: Invalid value: {"string":"A","int":1}: exactly one value must be specified'],
  ],
  [
    "another pool",
    ResourceSlice,
    slice({ pool: { name: "m", generation: 1, resourceSliceCount: 1 } }),
    ['spec.pool.name: Invalid value: "m": field is immutable'],
    slice({}),
  ],
];
for (const [what, kind, value, expected, old] of rows) {
  test(`${kind.kind}: ${what}`, () => assert.deepEqual(errorsOf(kind, value, old), expected));
}

test("a request is for one device unless it says otherwise", () => {
  const { spec } = filled(ResourceClaim, claim({})) as { spec: Json };
  assert.deepEqual(spec, {
    devices: {
      requests: [
        { name: "gpu", exactly: { deviceClassName: "gpu.example.com", allocationMode: "ExactCount", count: 1 } },
      ],
    },
  });
});

const allocation = { devices: {} };
const states: readonly (readonly [string, object, string])[] = [
  ["waits", {}, "pending"],
  ["has devices", { status: { allocation } }, "allocated"],
  [
    "is used",
    { status: { allocation, reservedFor: [{ resource: "pods", name: "p", uid: "1" }] } },
    "allocated,reserved",
  ],
  [
    "goes",
    { metadata: { name: "c", deletionTimestamp: "2026-01-01T00:00:00Z" }, status: { allocation } },
    "deleted,allocated",
  ],
];
for (const [what, more, expected] of states) {
  test(`state column: a claim that ${what}`, () => {
    const value = { metadata: { name: "c" }, ...(claim({}) as object), ...more } as Json;
    assert.equal(cellsOf(ResourceClaim, value)["State"], expected);
  });
}
