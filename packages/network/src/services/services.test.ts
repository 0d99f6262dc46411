// Service rules: who answers, what the table says, and that the kernel takes every step in one transaction.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EndpointSlice, Service } from "@knots/api";
import { tryRun } from "@knots/host";
import { virtualPorts } from "./model.ts";
import { type RulesetOptions, ruleset } from "./ruleset.ts";
import { fullScript, updateScript } from "./transaction.ts";

const live = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };

function service(name: string, spec: Service["spec"]): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { ...live, name, namespace: "a" }, spec };
}
type Endpoint = NonNullable<EndpointSlice["endpoints"]>[number];
function slice(name: string, port: number, endpoints: readonly Endpoint[]): EndpointSlice {
  const metadata = { ...live, name, namespace: "a", labels: { "kubernetes.io/service-name": name } };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata,
    addressType: "IPv4",
    endpoints,
    ports: [{ name: "", port, protocol: "TCP" }],
  };
}
const ready = (address: string, nodeName = "n1"): Endpoint => ({
  addresses: [address],
  nodeName,
  conditions: { ready: true, serving: true },
});
const ending = (address: string): Endpoint => ({
  addresses: [address],
  nodeName: "n1",
  conditions: { ready: false, serving: true, terminating: true },
});
const unready = (address: string): Endpoint => ({
  addresses: [address],
  nodeName: "n1",
  conditions: { ready: false, serving: false },
});

const web = service("web", { clusterIP: "10.96.0.7", ports: [{ port: 80 }] });
const options: RulesetOptions = { table: "knots_test", podRange: "10.244.0.0/16", bridge: "ktstest" };

const rows: readonly {
  readonly says: string;
  readonly service: Service;
  readonly endpoints: readonly Endpoint[];
  readonly targets: readonly string[];
}[] = [
  {
    says: "ready endpoints answer, unready ones do not",
    service: web,
    endpoints: [ready("10.244.0.2"), unready("10.244.0.3")],
    targets: ["10.244.0.2"],
  },
  {
    says: "an ending endpoint gets nothing while another is ready",
    service: web,
    endpoints: [ready("10.244.0.2"), ending("10.244.0.3")],
    targets: ["10.244.0.2"],
  },
  {
    says: "ending endpoints still answer when no other does",
    service: web,
    endpoints: [ending("10.244.0.3"), unready("10.244.0.4")],
    targets: ["10.244.0.3"],
  },
  {
    says: "internalTrafficPolicy Local stays on the node, strictly",
    service: service("web", { ...web.spec, internalTrafficPolicy: "Local" }),
    endpoints: [ready("10.244.0.2"), ready("10.244.1.2", "n2")],
    targets: ["10.244.0.2"],
  },
  {
    says: "a headless service has no virtual port",
    service: service("web", { clusterIP: "None", ports: [{ port: 80 }] }),
    endpoints: [ready("10.244.0.2")],
    targets: [],
  },
];

for (const { says, service: subject, endpoints, targets } of rows)
  test(`targets: ${says}`, () => {
    const ports = virtualPorts([subject], [slice("web", 8080, endpoints)], "n1");
    assert.deepEqual(
      ports.flatMap((port) => port.targets.map((target) => target.address)),
      targets,
    );
  });

test("nothing changes when nothing changed, and one endpoint changes one service only", () => {
  const other = service("other", { clusterIP: "10.96.0.8", ports: [{ port: 80 }] });
  const at = (address: string) =>
    ruleset(
      virtualPorts(
        [web, other],
        [slice("web", 8080, [ready(address)]), slice("other", 80, [ready("10.244.0.9")])],
        "n1",
      ),
      options,
    );
  assert.equal(updateScript(at("10.244.0.2"), at("10.244.0.2")), "");
  const script = updateScript(at("10.244.0.2"), at("10.244.0.3"));
  assert.match(script, /dnat to 10\.244\.0\.3:8080/);
  assert.doesNotMatch(script, /10\.244\.0\.9|virtual_ports/);
});

const nft = async (script: string): Promise<void> => {
  const { code, stderr } = await tryRun(["unshare", "--net", "nft", "-f", "-"], { input: script });
  assert.equal(code, 0, `${stderr}\n${script}`);
};
const root = process.getuid?.() === 0 ? false : "needs root for a network namespace";

test("the kernel takes the whole table and every step from one state to the next", { skip: root }, async () => {
  const sticky = service("web", {
    ...web.spec,
    type: "NodePort",
    sessionAffinity: "ClientIP",
    ports: [{ port: 80, nodePort: 30080 }],
  });
  const states = [
    virtualPorts([web], [], "n1"),
    virtualPorts([web], [slice("web", 8080, [ready("10.244.0.2")])], "n1"),
    virtualPorts([sticky], [slice("web", 8080, [ready("10.244.0.2"), ready("10.244.0.3")])], "n1"),
    virtualPorts([sticky], [slice("web", 8080, [ready("10.244.0.3")])], "n1"),
    virtualPorts(
      [service("web", { ...sticky.spec, externalTrafficPolicy: "Local" })],
      [slice("web", 8080, [ready("10.244.0.2", "n2")])],
      "n1",
    ),
    [],
  ].map((ports) => ruleset(ports, { ...options, nodePortAddresses: ["127.0.0.0/8", "10.244.0.1"] }));
  let script = "";
  for (const [index, state] of states.entries()) {
    const before = states[index - 1];
    script += before ? updateScript(before, state) : fullScript(state);
    await nft(script);
  }
});
