// What `kubectl get` shows, kind by kind, as rows of cells.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyKind, applyDefaults, decodeObject, type Json, type KubeObject, toTable } from "@knots/machinery";
import { Deployment } from "./apps/v1/deployment.ts";
import { ReplicaSet } from "./apps/v1/replica-set.ts";
import { Endpoints } from "./core/v1/endpoints.ts";
import { Event } from "./core/v1/event.ts";
import { Node } from "./core/v1/node.ts";
import { Pod } from "./core/v1/pod.ts";
import { Service } from "./core/v1/service.ts";
import { Release } from "./delivery/v1alpha1/release.ts";
import { Site } from "./delivery/v1alpha1/site.ts";
import { EndpointSlice } from "./discovery/v1/endpoint-slice.ts";
import { Ingress } from "./networking/v1/ingress.ts";
import { RoleBinding } from "./rbac/v1/role-binding.ts";

const now = Date.parse("2026-01-01T00:10:00Z");
const metadata = { name: "x", creationTimestamp: "2026-01-01T00:00:00Z" };
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString().replace(".000Z", "Z");

function row(kind: AnyKind, value: object): readonly Json[] {
  const object = applyDefaults(kind.schema, decodeObject(kind.schema, { metadata, ...value }));
  return toTable(kind, [object as unknown as KubeObject], { now }).rows[0]?.cells ?? [];
}
const titles = (kind: AnyKind): string =>
  toTable(kind, [], { now })
    .columnDefinitions.map(({ name, priority }) => (priority === 0 ? name : `(${name})`))
    .join(" ");

const a = { name: "a", image: "a:1" };
const b = { name: "b", image: "b:1" };
const running = { running: { startedAt: ago(5) } };
const ended = (exitCode: number, reason?: string) => ({
  terminated: { exitCode, ...(reason !== undefined && { reason }), finishedAt: ago(5) },
});
const state = (name: string, value: object, more: object = {}) => ({
  name,
  image: "",
  imageID: "",
  ready: false,
  restartCount: 0,
  state: value,
  ...more,
});
interface PodRow {
  readonly spec?: object;
  readonly status: object;
  readonly metadata?: object;
}
const podRows: readonly (readonly [sentence: string, pod: PodRow, ready: string, status: string, restarts: string])[] =
  [
    ["a pod that waits for a node", { status: { phase: "Pending" } }, "0/1", "Pending", "0"],
    [
      "a pod that runs",
      { status: { phase: "Running", containerStatuses: [state("a", running, { ready: true })] } },
      "1/1",
      "Running",
      "0",
    ],
    [
      "a pod whose image is not found",
      { status: { phase: "Pending", containerStatuses: [state("a", { waiting: { reason: "ImagePullBackOff" } })] } },
      "0/1",
      "ImagePullBackOff",
      "0",
    ],
    [
      "a pod that crashes again and again",
      {
        status: {
          phase: "Running",
          containerStatuses: [
            state("a", { waiting: { reason: "CrashLoopBackOff" } }, { restartCount: 4, lastState: ended(1, "Error") }),
          ],
        },
      },
      "0/1",
      "CrashLoopBackOff",
      "4 (5m ago)",
    ],
    [
      "a pod that failed without a reason",
      { status: { phase: "Failed", containerStatuses: [state("a", ended(3))] } },
      "0/1",
      "ExitCode:3",
      "0",
    ],
    ["a pod that was evicted", { status: { phase: "Failed", reason: "Evicted" } }, "0/1", "Evicted", "0"],
    [
      "a pod that is done",
      { status: { phase: "Succeeded", containerStatuses: [state("a", ended(0, "Completed"))] } },
      "0/1",
      "Completed",
      "0",
    ],
    [
      "one of two containers is done",
      {
        spec: { containers: [a, b] },
        status: {
          phase: "Running",
          conditions: [{ type: "Ready", status: "False" }],
          containerStatuses: [state("a", ended(0, "Completed")), state("b", running, { ready: true })],
        },
      },
      "1/2",
      "NotReady",
      "0",
    ],
    [
      "a pod that goes",
      {
        metadata: { ...metadata, deletionTimestamp: ago(0) },
        status: { phase: "Running", containerStatuses: [state("a", running, { ready: true })] },
      },
      "1/1",
      "Terminating",
      "0",
    ],
    [
      "a pod on a lost node that goes",
      { metadata: { ...metadata, deletionTimestamp: ago(0) }, status: { phase: "Running", reason: "NodeLost" } },
      "0/1",
      "Unknown",
      "0",
    ],
    [
      "a gated pod",
      {
        status: {
          phase: "Pending",
          conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
        },
      },
      "0/1",
      "SchedulingGated",
      "0",
    ],
    [
      "the first of two init containers runs",
      {
        spec: {
          containers: [a],
          initContainers: [
            { ...b, name: "i" },
            { ...b, name: "j" },
          ],
        },
        status: {
          phase: "Pending",
          initContainerStatuses: [state("i", running), state("j", { waiting: { reason: "PodInitializing" } })],
        },
      },
      "0/1",
      "Init:0/2",
      "0",
    ],
    [
      "an init container failed and is tried again",
      {
        spec: { containers: [a], initContainers: [b] },
        status: {
          phase: "Pending",
          initContainerStatuses: [
            state("b", { waiting: { reason: "CrashLoopBackOff" } }, { restartCount: 2, lastState: ended(1) }),
          ],
        },
      },
      "0/1",
      "Init:CrashLoopBackOff",
      "2 (5m ago)",
    ],
    [
      "an init container was killed",
      {
        spec: { containers: [a], initContainers: [b] },
        status: { phase: "Pending", initContainerStatuses: [state("b", { terminated: { exitCode: 137, signal: 9 } })] },
      },
      "0/1",
      "Init:Signal:9",
      "0",
    ],
    [
      "a sidecar counts as a container, an ended init container does not",
      {
        spec: {
          containers: [a],
          initContainers: [
            { ...b, name: "i" },
            { ...b, restartPolicy: "Always" },
          ],
        },
        status: {
          phase: "Running",
          initContainerStatuses: [
            state("i", ended(0, "Completed"), { restartCount: 7 }),
            state("b", running, { ready: true, started: true, restartCount: 1 }),
          ],
          containerStatuses: [state("a", running, { ready: true })],
        },
      },
      "2/2",
      "Running",
      "1",
    ],
  ];
for (const [sentence, pod, ready, status, restarts] of podRows) {
  test(`pods: ${sentence}`, () => {
    const cells = row(Pod, { spec: { containers: [a] }, ...pod });
    assert.deepEqual(cells.slice(1, 4), [ready, status, restarts]);
  });
}

const template = { metadata: { labels: { app: "a" } }, spec: { containers: [a, b] } };
const workload = { replicas: 3, selector: { matchLabels: { app: "a" } }, template };
const rows: readonly (readonly [AnyKind, string, object, readonly Json[]])[] = [
  [
    Pod,
    "Name Ready Status Restarts Age (IP) (Node) (Nominated Node) (Readiness Gates)",
    {
      spec: { containers: [a], nodeName: "n", readinessGates: [{ conditionType: "g" }, { conditionType: "h" }] },
      status: { phase: "Running", podIPs: [{ ip: "10.0.0.9" }], conditions: [{ type: "g", status: "True" }] },
    },
    ["x", "0/1", "Running", "0", "10m", "10.0.0.9", "n", "<none>", "1/2"],
  ],
  [
    Deployment,
    "Name Ready Up-to-date Available Age (Containers) (Images) (Selector)",
    { spec: workload, status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 } },
    ["x", "2/3", 3, 1, "10m", "a,b", "a:1,b:1", "app=a"],
  ],
  [
    ReplicaSet,
    "Name Desired Current Ready Age (Containers) (Images) (Selector)",
    { spec: workload, status: { replicas: 2 } },
    ["x", 3, 2, 0, "10m", "a,b", "a:1,b:1", "app=a"],
  ],
  [
    Service,
    "Name Type Cluster-IP External-IP Port(s) Age (Selector)",
    {
      spec: {
        type: "LoadBalancer",
        clusterIP: "10.0.0.1",
        selector: { tier: "web", app: "a" },
        ports: [
          { name: "h", port: 80, nodePort: 30_080 },
          { name: "d", port: 53, protocol: "UDP" },
        ],
      },
    },
    ["x", "LoadBalancer", "10.0.0.1", "<pending>", "80:30080/TCP,53/UDP", "10m", "app=a,tier=web"],
  ],
  [
    Node,
    "Name Status Roles Age Version (Internal-IP) (External-IP) (OS-Image) (Kernel-Version) (Container-Runtime)",
    {
      metadata: { ...metadata, labels: { "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "edge" } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        addresses: [{ type: "InternalIP", address: "10.1.0.1" }],
        nodeInfo: { kubeletVersion: "v1.36.0", osImage: "Debian" },
      },
    },
    [
      "x",
      "Ready,SchedulingDisabled",
      "control-plane,edge",
      "10m",
      "v1.36.0",
      "10.1.0.1",
      "<none>",
      "Debian",
      "<unknown>",
      "<unknown>",
    ],
  ],
  [
    Ingress,
    "Name Class Hosts Address Ports Age",
    {
      spec: { rules: ["a", "b", "c", "d"].map((name) => ({ host: `${name}.example` })), tls: [{}] },
      status: { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } },
    },
    ["x", "<none>", "a.example,b.example,c.example + 1 more...", "127.0.0.1", "80, 443", "10m"],
  ],
  [
    Endpoints,
    "Name Endpoints Age",
    { subsets: [{ addresses: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }], ports: [{ port: 80 }, { port: 81 }] }] },
    ["x", "10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 1 more...", "10m"],
  ],
  [
    EndpointSlice,
    "Name AddressType Ports Endpoints Age",
    { addressType: "IPv4", endpoints: [{ addresses: ["10.0.0.1"] }], ports: [{ port: 80 }, {}] },
    ["x", "IPv4", "80,*", "10.0.0.1", "10m"],
  ],
  [
    Event,
    "Last Seen Type Reason Object (Subobject) (Source) Message (First Seen) (Count) (Name)",
    {
      involvedObject: { kind: "Pod", name: "p", fieldPath: "spec.containers{a}" },
      type: "Normal",
      reason: "Pulled",
      message: " Image is there \n",
      count: 3,
      firstTimestamp: ago(9),
      lastTimestamp: ago(1),
      source: { component: "kubelet", host: "n" },
    },
    ["60s", "Normal", "Pulled", "pod/p", "spec.containers{a}", "kubelet, n", "Image is there", "9m", 3, "x"],
  ],
  [
    RoleBinding,
    "Name Role Age (Users) (Groups) (ServiceAccounts)",
    {
      roleRef: { kind: "Role", name: "r" },
      subjects: [
        { kind: "User", name: "u" },
        { kind: "User", name: "v" },
        { kind: "ServiceAccount", name: "s", namespace: "n" },
      ],
    },
    ["x", "Role/r", "10m", "u, v", "", "n/s"],
  ],
  [
    Site,
    "Name Domains Ready Release Commit Failure Age (Branch) (Repository)",
    {
      spec: { domains: ["a.example", "b.example"] },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        active: { name: "x-2", number: 2, commit: "0123456789abcdef0123456789abcdef01234567" },
      },
    },
    ["x", "a.example,b.example", "True", "2", "01234567", "<none>", "10m", "main", "<none>"],
  ],
  [
    Release,
    "Name Site Number Commit Phase Switched Age (Rollback-Of) (Image)",
    { spec: { site: "s", number: 4, image: "i@sha256:0", rollbackOf: "s-2" }, status: { switchedAt: ago(2) } },
    ["x", "s", "4", "<none>", "Pending", "2m", "10m", "s-2", "i@sha256:0"],
  ],
];
for (const [kind, header, value, cells] of rows) {
  test(`columns of ${kind.plural}`, () => {
    assert.equal(titles(kind), header);
    assert.deepEqual(row(kind, value), cells);
  });
}

test("what is selected by is read from the object", () => {
  const pod = { metadata, spec: { containers: [a], nodeName: "n" }, status: { phase: "Running" } };
  const values = Object.entries(Pod.selectable).map(([name, read]) => `${name}=${read(pod)}`);
  assert.ok(values.includes("spec.nodeName=n") && values.includes("status.phase=Running"));
  assert.ok(values.includes("spec.hostNetwork=false") && values.includes("status.podIP="));
});
