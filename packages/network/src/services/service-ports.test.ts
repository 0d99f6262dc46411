// Who answers: rows of services with their endpoints, and of pods with host ports.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint, Pod, Service } from "@knots/api";
import { hostPorts } from "./host-ports.ts";
import { virtualPorts } from "./service-ports.ts";
import { ending, podWithHostPort, ready, service, slice, unready, web } from "./services.fixture.ts";

const rows: readonly {
  readonly says: string;
  readonly service: Service;
  readonly endpoints: readonly Endpoint[];
  readonly targets: readonly string[];
  readonly outside?: readonly string[];
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
    says: "internalTrafficPolicy Local stays on the node for clients inside, strictly",
    service: service("web", { ...web.spec, internalTrafficPolicy: "Local" }),
    endpoints: [ready("10.244.0.2"), ready("10.244.1.2", "n2")],
    targets: ["10.244.0.2"],
    outside: ["10.244.0.2", "10.244.1.2"],
  },
  {
    says: "externalTrafficPolicy Local stays on the node for clients outside",
    service: service("web", { ...web.spec, type: "NodePort", externalTrafficPolicy: "Local" }),
    endpoints: [ready("10.244.0.2"), ready("10.244.1.2", "n2")],
    targets: ["10.244.0.2", "10.244.1.2"],
    outside: ["10.244.0.2"],
  },
  {
    says: "one address named twice is one target",
    service: web,
    endpoints: [ready("10.244.0.2"), ready("10.244.0.2")],
    targets: ["10.244.0.2"],
  },
  {
    says: "a headless service has no virtual port",
    service: service("web", { clusterIP: "None", ports: [{ port: 80 }] }),
    endpoints: [ready("10.244.0.2")],
    targets: [],
  },
  {
    says: "an external name has no virtual port",
    service: service("web", { type: "ExternalName", externalName: "example.org", ports: [{ port: 80 }] }),
    endpoints: [ready("10.244.0.2")],
    targets: [],
  },
  {
    says: "a service that another proxy takes care of is left alone",
    service: { ...web, metadata: { ...web.metadata, labels: { "service.kubernetes.io/service-proxy-name": "other" } } },
    endpoints: [ready("10.244.0.2")],
    targets: [],
  },
];

for (const { says, service: subject, endpoints, targets, outside = targets } of rows)
  test(`targets: ${says}`, () => {
    const ports = virtualPorts([subject], [slice("web", 8080, endpoints)], "n1");
    const addresses = (side: "targets" | "outsideTargets") => ports.flatMap((port) => port[side].map((t) => t.address));
    assert.deepEqual([addresses("targets"), addresses("outsideTargets")], [targets, outside]);
  });

const running = { phase: "Running", podIP: "10.244.0.5" } as const;
const podRows: readonly (readonly [string, Pod, readonly unknown[]])[] = [
  ["a running pod's host port leads to it", podWithHostPort({}, running), [[80, 80, [], "10.244.0.5:8080"]]],
  [
    "a host address narrows it",
    podWithHostPort(
      { containers: [{ name: "c", ports: [{ containerPort: 8080, hostPort: 80, hostIP: "127.0.0.1" }] }] },
      running,
    ),
    [[80, undefined, ["127.0.0.1"], "10.244.0.5:8080"]],
  ],
  ["a pod without address has none", podWithHostPort({}, { phase: "Pending" }), []],
  ["an ended pod has none", podWithHostPort({}, { ...running, phase: "Failed" }), []],
  ["a pod on the host's network needs none", podWithHostPort({ hostNetwork: true }, running), []],
];
for (const [says, pod, expected] of podRows)
  test(`host ports: ${says}`, () => {
    const shown = hostPorts(pod).map(({ port, nodePort, externalAddresses, outsideTargets: [target] }) => [
      port,
      nodePort,
      externalAddresses,
      `${target?.address}:${target?.port}`,
    ]);
    assert.deepEqual(shown, expected);
  });
