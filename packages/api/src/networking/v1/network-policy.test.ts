// What a network policy may say, and what the server adds.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "@knots/machinery";
import { errorsOf, filled } from "../../errors.fixture.ts";
import { IPAddress } from "./ip-address.ts";
import { NetworkPolicy } from "./network-policy.ts";
import { ServiceCIDR } from "./service-cidr.ts";

const from = (peer: Json): Json => ({ spec: { ingress: [{ from: [peer] }] } });
const ports = (port: Json): Json => ({ spec: { ingress: [{ ports: [port] }] } });
const PEER = "spec.ingress[0].from[0]";
const PORT = "spec.ingress[0].ports[0]";

const rows: readonly (readonly [string, Json, readonly string[]])[] = [
  ["an empty policy shuts everything out", { spec: {} }, []],
  ["a peer must be somebody", from({}), [`${PEER}: Required value: must specify a peer`]],
  [
    "addresses and selectors do not go together",
    from({ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }),
    [`${PEER}: Forbidden: may not specify both ipBlock and another peer`],
  ],
  [
    "a block is a network",
    from({ ipBlock: { cidr: "10.0.0.0" } }),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
    ],
  ],
  [
    "a hole lies in its block",
    from({ ipBlock: { cidr: "10.0.0.0/16", except: ["10.1.0.0/24"] } }),
    [`${PEER}.ipBlock.except[0]: Invalid value: "10.1.0.0/24": must be a strict subset of \`cidr\``],
  ],
  [
    "and is not all of it",
    from({ ipBlock: { cidr: "10.0.0.0/16", except: ["10.0.0.0/16"] } }),
    [`${PEER}.ipBlock.except[0]: Invalid value: "10.0.0.0/16": must be a strict subset of \`cidr\``],
  ],
  ["a smaller hole is right", from({ ipBlock: { cidr: "10.0.0.0/16", except: ["10.0.3.0/24"] } }), []],
  ["a range of ports", ports({ port: 80, endPort: 90 }), []],
  [
    "a range does not end before it begins",
    ports({ port: 80, endPort: 79 }),
    [`${PORT}.endPort: Invalid value: 79: must be greater than or equal to \`port\``],
  ],
  [
    "a range begins with a number",
    ports({ port: "http", endPort: 90 }),
    [`${PORT}.endPort: Invalid value: 90: may not be specified when \`port\` is non-numeric`],
  ],
  [
    "a range has a beginning",
    ports({ endPort: 90 }),
    [`${PORT}.endPort: Invalid value: 90: may not be specified when \`port\` is not specified`],
  ],
  [
    "a port that is none",
    ports({ port: 0 }),
    [`${PORT}.port: Invalid value: 0: must be between 1 and 65535, inclusive`],
  ],
  [
    "types are known",
    { spec: { policyTypes: ["Egress", "Both"] } },
    ['spec.policyTypes[1]: Unsupported value: "Both": supported values: "Egress", "Ingress"'],
  ],
];
for (const [what, value, expected] of rows) {
  test(`network policy: ${what}`, () => assert.deepEqual(errorsOf(NetworkPolicy, value), expected));
}

test("a policy is about what comes in, and about what goes out when it has rules for that", () => {
  const typesOf = (spec: Json) => (filled(NetworkPolicy, { spec }) as { spec: { policyTypes: Json } }).spec.policyTypes;
  assert.deepEqual(typesOf({}), ["Ingress"]);
  assert.deepEqual(typesOf({ egress: [{}] }), ["Ingress", "Egress"]);
  assert.deepEqual(typesOf({ policyTypes: ["Egress"] }), ["Egress"]);
});

test("a port of a policy is TCP", () => {
  const { spec } = filled(NetworkPolicy, ports({ port: 80 })) as { spec: { ingress: Json } };
  assert.deepEqual(spec.ingress, [{ ports: [{ protocol: "TCP", port: 80 }] }]);
});

const cidrs: readonly (readonly [string, readonly string[], readonly string[] | undefined, number])[] = [
  ["one network", ["10.0.0.0/24"], undefined, 0],
  ["one of each family", ["10.0.0.0/24", "fd00::/112"], undefined, 0],
  ["none", [], undefined, 1],
  ["two of one family", ["10.0.0.0/24", "10.1.0.0/24"], undefined, 1],
  ["no network", ["here"], undefined, 1],
  ["another network than before", ["10.1.0.0/24"], ["10.0.0.0/24"], 1],
  ["a second family later", ["10.0.0.0/24", "fd00::/112"], ["10.0.0.0/24"], 0],
];
for (const [what, now, old, faults] of cidrs) {
  test(`networks of services: ${what}`, () => {
    const before = old && { spec: { cidrs: [...old] } };
    assert.equal(errorsOf(ServiceCIDR, { spec: { cidrs: [...now] } }, before).length, faults);
  });
}

test("the name of an address is the address in its canonical form", () => {
  for (const name of ["10.0.0.1", "fd00::1"]) assert.equal(IPAddress.checkName(name), undefined);
  for (const name of ["10.0.0.01", "web", "FD00::1", "fd00::0001"]) assert.ok(IPAddress.checkName(name), name);
});
