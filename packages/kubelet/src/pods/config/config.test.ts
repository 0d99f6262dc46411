// From pods to the runtime's terms: resources, privileges, resolver, names, commands.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container, Pod } from "@knots/api";
import { aPod } from "../../../../../testkit/objects.ts";
import { mainContainers } from "../view.ts";
import { containerConfig } from "./container-config.ts";
import { podResolver } from "./dns.ts";
import { hostnameOf } from "./hostname.ts";
import { qosClass } from "./qos.ts";
import { containerResources, oomScore, podGroup, podLimits } from "./resources.ts";
import { sandboxConfig } from "./sandbox-config.ts";
import { checkNonRoot, containerSecurity } from "./security.ts";
import type { NodeSettings } from "./settings.ts";

const settings: NodeSettings = {
  nodeName: "node-1",
  hostIPs: ["192.0.2.10"],
  clusterDns: ["10.96.0.10"],
  clusterDomain: "cluster.local",
  resolver: { servers: ["192.0.2.1"], searches: ["example.com"], options: ["timeout:2"] },
  groupRoot: "/kts-1",
  memoryBytes: 4 * 2 ** 30,
  logsDir: "/data/log/pods",
};
const app = (change: Partial<Container> = {}): Container => ({ name: "app", image: "x", ...change });
const pod = (spec: Partial<Pod["spec"]> = {}): Pod => aPod("web", { spec: { containers: [app()], ...spec } });
const asking = (requests?: Record<string, string>, limits?: Record<string, string>): Container =>
  app({ resources: { ...(requests && { requests }), ...(limits && { limits }) } });

const classes: readonly (readonly [sentence: string, container: Container, qos: string, oom: number, group: string])[] =
  [
    ["who asks for nothing", asking(), "BestEffort", 1000, "/kts-1/besteffort"],
    ["who asks for something", asking({ memory: "1Gi" }), "Burstable", 750, "/kts-1/burstable"],
    ["who asks for almost all", asking({ memory: "4090Mi" }), "Burstable", 3, "/kts-1/burstable"],
    [
      "who asks for as much as its limits",
      asking({ cpu: "1", memory: "1Gi" }, { cpu: "1000m", memory: "1024Mi" }),
      "Guaranteed",
      -997,
      "/kts-1",
    ],
    ["limits alone count as requests", asking(undefined, { cpu: "1", memory: "1Gi" }), "Guaranteed", -997, "/kts-1"],
  ];
for (const [sentence, container, qos, oom, group] of classes)
  test(`class, score and group of ${sentence}`, () => {
    const one = pod({ containers: [container] });
    assert.deepEqual([qosClass(one), oomScore(one, container, settings.memoryBytes)], [qos, oom]);
    assert.equal(podGroup(one, settings), `${group}/podweb-uid`);
  });

test("CPU and memory become weights and bounds", () => {
  const container = asking({ cpu: "250m" }, { cpu: "1500m", memory: "64Mi" });
  const { cpuShares, cpuQuota, cpuPeriod, memoryLimitInBytes } = containerResources(pod(), container, settings);
  assert.deepEqual([cpuShares, cpuQuota, cpuPeriod, memoryLimitInBytes], [256, 150_000, 100_000, 67_108_864]);
  assert.equal(containerResources(pod(), app(), settings).cpuShares, 2);
});

test("a pod is bounded as a whole only when each container is", () => {
  const limited = asking({ cpu: "100m" }, { cpu: "500m", memory: "1Mi" });
  const two = pod({ containers: [limited, { ...limited, name: "b" }] });
  assert.deepEqual(podLimits(two), {
    cpuShares: 204,
    cpuQuota: { quota: 100_000, period: 100_000 },
    memoryBytes: 2 ** 21,
  });
  assert.deepEqual(podLimits(pod({ containers: [limited, { ...app(), name: "b" }] })), { cpuShares: 102 });
  const init = { ...asking({ cpu: "2" }), name: "i" };
  assert.equal(podLimits(pod({ containers: [limited], initContainers: [init] })).cpuShares, 2048);
});

const resolvers: readonly (readonly [sentence: string, spec: Partial<Pod["spec"]>, text: string])[] = [
  [
    "a pod asks the cluster, then what the node would ask",
    {},
    "10.96.0.10 | default.svc.cluster.local svc.cluster.local cluster.local example.com | ndots:5",
  ],
  ["a pod on the node's network asks as the node", { hostNetwork: true }, "192.0.2.1 | example.com | timeout:2"],
  [
    "unless it says so",
    { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
    "10.96.0.10 | default.svc.cluster.local svc.cluster.local cluster.local example.com | ndots:5",
  ],
  ["Default is the node's", { dnsPolicy: "Default" }, "192.0.2.1 | example.com | timeout:2"],
  [
    "None has only what the pod says",
    { dnsPolicy: "None", dnsConfig: { nameservers: ["1.1.1.1"], searches: ["a.b"], options: [{ name: "edns0" }] } },
    "1.1.1.1 | a.b | edns0",
  ],
  [
    "options of the pod win, the rest is added",
    { dnsPolicy: "Default", dnsConfig: { nameservers: ["1.1.1.1"], options: [{ name: "timeout", value: "9" }] } },
    "192.0.2.1 1.1.1.1 | example.com | timeout:9",
  ],
];
for (const [sentence, spec, text] of resolvers)
  test(sentence, () => {
    const { servers, searches, options } = podResolver(pod(spec), settings);
    assert.equal([servers, searches, options].map((list) => list.join(" ")).join(" | "), text);
  });

test("host names: the pod's, the one it asks for, the full one, none on the node's network", () => {
  assert.equal(hostnameOf(pod(), settings), "web");
  assert.equal(hostnameOf(pod({ hostname: "db" }), settings), "db");
  const full = { hostname: "db", subdomain: "sql", setHostnameAsFQDN: true };
  assert.equal(hostnameOf(pod(full), settings), "db.sql.default.svc.cluster.local");
  assert.equal(hostnameOf(pod({ hostNetwork: true }), settings), "");
  assert.equal(hostnameOf(aPod(`${"a".repeat(62)}-b`), settings), "a".repeat(62));
});

test("privileges: the container's words win over the pod's", () => {
  const securityContext = { runAsUser: 0, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
  const shared = { securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 5, supplementalGroups: [7] } };
  const made = containerSecurity(pod(shared), app({ securityContext }));
  assert.deepEqual([made.runAsUser, made.runAsGroup], [{ value: 0 }, { value: 2000 }]);
  assert.deepEqual([made.noNewPrivs, made.readonlyRootfs, made.supplementalGroups], [true, true, [7, 5]]);
  assert.ok(made.maskedPaths?.includes("/proc/kcore"));
  assert.equal(containerSecurity(pod(), app({ securityContext: { privileged: true } })).maskedPaths, undefined);
});

const image = { id: "x", tags: [], digests: [], size: 1 };
const roots: readonly (readonly [
  sentence: string,
  user: number | undefined,
  image: object,
  error: RegExp | undefined,
])[] = [
  ["user 0 is refused", 0, {}, /runAsUser breaks non-root policy/],
  ["an image of root is refused", undefined, {}, /image will run as root/],
  ["a named user is refused", undefined, { username: "node" }, /non-numeric user \(node\)/],
  ["a numbered user of the image is fine", undefined, { uid: 7 }, undefined],
  ["a user that is given is fine", 7, { username: "node" }, undefined],
];
for (const [sentence, runAsUser, change, error] of roots)
  test(`runAsNonRoot: ${sentence}`, () => {
    const securityContext = { runAsNonRoot: true, ...(runAsUser !== undefined && { runAsUser }) };
    const run = (): void => checkNonRoot(pod(), app({ securityContext }), { ...image, ...change });
    if (error) assert.throws(run, error);
    else run();
  });

test("a container's configuration: variables in commands, its log, its labels, the file for last words", () => {
  const [container] = mainContainers(pod({ containers: [app({ command: ["echo", "$(A)$$(A)"], args: ["$(B)"] })] }));
  assert.ok(container);
  const config = containerConfig({
    pod: pod(),
    container,
    restartCount: 3,
    imageRef: "sha256:1",
    variables: [{ name: "A", value: "ü" }],
    mounts: [{ containerPath: "/data", hostPath: "/x" }],
    terminationLog: "/words/3",
    settings,
  });
  assert.deepEqual([config.command, config.args, config.logPath], [["echo", "ü$(A)"], ["$(B)"], "app/3.log"]);
  assert.deepEqual(
    config.mounts?.map(({ containerPath }) => containerPath),
    ["/data", "/dev/termination-log"],
  );
  assert.equal(config.envs?.[0]?.value, Buffer.from("ü").toString("base64"));
  assert.equal(config.labels?.["io.kubernetes.container.name"], "app");
  assert.equal(config.annotations?.["io.kubernetes.container.restartCount"], "3");
});

test("a sandbox's configuration: labels, ports of the node, parameters of the kernel", () => {
  const ports = [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }];
  const securityContext = { sysctls: [{ name: "net.core.somaxconn", value: "9" }] };
  const config = sandboxConfig(pod({ containers: [app({ ports })], securityContext }), 2, settings);
  assert.deepEqual(config.portMappings, [{ protocol: 0, containerPort: 80, hostPort: 8080, hostIp: "" }]);
  assert.deepEqual(config.linux?.sysctls, { "net.core.somaxconn": "9" });
  assert.equal(config.logDirectory, "/data/log/pods/default_web_web-uid");
  assert.equal(config.labels?.["io.kubernetes.pod.uid"], "web-uid");
  assert.equal(config.metadata?.attempt, 2);
});
