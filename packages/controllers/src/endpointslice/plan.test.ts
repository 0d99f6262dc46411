// EndpointSlices: which pods are in, in which state, on which port, and in which slice, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint, EndpointSlice, Pod, Service } from "@knots/api";
import { deepFreeze } from "@knots/std";
import fc from "fast-check";
import { aNode, aPod, aService, at, meta } from "../../../../testkit/objects.ts";
import { assign, SLICE_LIMIT } from "./assign.ts";
import { plan } from "./plan.ts";

const pod = (name: string, ip: string, change: Parameters<typeof aPod>[1] = {}): Pod =>
  aPod(name, { readyAt: 0, ...change, status: { podIP: ip, podIPs: [{ ip }], ...change.status } });
const unready = { phase: "Running" as const, conditions: [] };
const leaving = { deletionTimestamp: at(1) };
const slicesOf = (
  service: Service,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[] = [],
): readonly EndpointSlice[] =>
  (
    plan(
      deepFreeze({
        service,
        pods,
        slices,
        nodes: [aNode("node-1", { meta: { labels: { "topology.kubernetes.io/zone": "a" } } })],
      }),
    ).writes ?? []
  ).map(({ object }) => object as EndpointSlice);
const brief = ({ addresses, conditions: { ready, serving, terminating } = {} }: Endpoint): string =>
  `${addresses[0]}${ready ? " ready" : ""}${serving ? " serving" : ""}${terminating ? " terminating" : ""}`;

test("which pods are endpoints, and in which state", () => {
  const rows: readonly (readonly [string, Pod, Partial<Service["spec"]> & object, readonly string[]])[] = [
    ["a ready pod", pod("p", "10.0.0.1"), {}, ["10.0.0.1 ready serving"]],
    ["one that is not ready", pod("p", "10.0.0.1", { status: unready }), {}, ["10.0.0.1"]],
    ["one that stops still serves", pod("p", "10.0.0.1", { meta: leaving }), {}, ["10.0.0.1 serving terminating"]],
    [
      "one that stops and no longer serves",
      pod("p", "10.0.0.1", { meta: leaving, status: unready }),
      {},
      ["10.0.0.1 terminating"],
    ],
    [
      "all count when the service says so",
      pod("p", "10.0.0.1", { status: unready }),
      { publishNotReadyAddresses: true },
      ["10.0.0.1 ready"],
    ],
    ["one that ended does not", pod("p", "10.0.0.1", { status: { phase: "Succeeded" } }), {}, []],
    ["one without an address does not", aPod("p", { readyAt: 0 }), {}, []],
    ["an address of another family does not", pod("p", "fd00::1"), {}, []],
  ];
  for (const [sentence, each, spec, expected] of rows) {
    const [slice] = slicesOf(aService("web", spec), [each]);
    assert.deepEqual((slice?.endpoints ?? []).map(brief), expected, sentence);
  }
});

test("an endpoint knows its pod, node, zone and host name", () => {
  const named = pod("p", "10.0.0.1", { spec: { hostname: "db-0", subdomain: "web" } });
  assert.deepEqual(slicesOf(aService("web"), [named])[0]?.endpoints?.[0], {
    addresses: ["10.0.0.1"],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: "Pod", namespace: "default", name: "p", uid: "p-uid" },
    hostname: "db-0",
    nodeName: "node-1",
    zone: "a",
  });
});

test("ports by number and by name; pods whose named ports differ are in different slices", () => {
  const at = (containerPort: number) => ({
    containers: [{ name: "app", image: "x", ports: [{ name: "http", containerPort }] }],
  });
  const service = aService("web", {
    ports: [
      { name: "web", port: 80, targetPort: "http" },
      { name: "admin", port: 81, targetPort: 9000 },
    ],
  });
  const slices = slicesOf(service, [
    pod("p1", "10.0.0.1", { spec: at(8080) }),
    pod("p2", "10.0.0.2", { spec: at(8081) }),
    pod("p3", "10.0.0.3"),
  ]);
  assert.deepEqual(
    slices.map(({ ports, endpoints }) => [
      ports?.map(({ name, port }) => `${name}:${port}`).join(" "),
      endpoints?.length,
    ]),
    [
      ["web:8080 admin:9000", 1],
      ["web:8081 admin:9000", 1],
      ["admin:9000", 1],
    ],
  );
});

test("labels, owner and the slice of a service without pods", () => {
  const [slice] = slicesOf(aService("web", { clusterIP: "None" }, { labels: { team: "a" } }), []);
  assert.deepEqual(slice?.metadata.labels, {
    team: "a",
    "service.kubernetes.io/headless": "",
    "kubernetes.io/service-name": "web",
    "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
  });
  assert.equal(slice?.metadata.ownerReferences?.[0]?.uid, "web-uid");
  assert.deepEqual([slice?.addressType, slice?.endpoints], ["IPv4", []]);
});

test("services without a selector, and mere names, have no slices of ours", () => {
  assert.deepEqual(slicesOf(aService("web", { selector: {} }), [pod("p", "10.0.0.1")]), []);
  assert.deepEqual(slicesOf(aService("web", { type: "ExternalName" }), [pod("p", "10.0.0.1")]), []);
});

test("what is written is not written again", () => {
  const pods = [pod("p1", "10.0.0.1"), pod("p2", "10.0.0.2")];
  const [made] = slicesOf(aService("web"), pods);
  const stored: EndpointSlice = { ...(made as EndpointSlice), metadata: meta("web-abc", { ...made?.metadata }) };
  assert.deepEqual(slicesOf(aService("web"), pods, [stored]), []);
});

const endpoint = (number: number, ready = true): Endpoint => ({
  addresses: [`10.0.${Math.floor(number / 250)}.${number % 250}`],
  conditions: { ready },
  targetRef: { kind: "Pod", uid: `uid-${number}` },
});
const slice = (name: string, endpoints: readonly Endpoint[]): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: meta(name),
  addressType: "IPv4",
  endpoints,
  ports: [],
});

test("slices hold exactly the wanted endpoints, never more than 100, and those that stay do not move", () => {
  const ids = fc.uniqueArray(fc.nat(400), { maxLength: 350 });
  fc.assert(
    fc.property(ids, ids, (before, after) => {
      const existing: EndpointSlice[] = [];
      for (let from = 0; from < before.length; from += 60) {
        existing.push(
          slice(
            `s${from}`,
            before.slice(from, from + 60).map((number) => endpoint(number)),
          ),
        );
      }
      const assigned = assign(
        existing,
        after.map((number) => endpoint(number)),
      );
      const held = assigned.flatMap(({ endpoints }) => endpoints.map(({ targetRef }) => targetRef?.uid ?? ""));
      assert.equal(held.length, after.length);
      assert.deepEqual(new Set(held), new Set(after.map((number) => `uid-${number}`)));
      assert.ok(assigned.every(({ endpoints }) => endpoints.length <= SLICE_LIMIT));
      for (const { slice: old, endpoints, changed } of assigned) {
        const stay = (old?.endpoints ?? []).filter((each) => after.includes(Number(each.targetRef?.uid?.slice(4))));
        assert.deepEqual(endpoints.slice(0, stay.length), stay, "what stays keeps its place");
        if (old && !changed) assert.deepEqual(endpoints, old.endpoints);
      }
    }),
    { numRuns: 100 },
  );
});
