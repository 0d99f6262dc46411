// What the server fills in, kind by kind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyKind, applyDefaults, decodeObject, type Json } from "@knots/machinery";
import { Deployment } from "./apps/v1/deployment.ts";
import { Namespace } from "./core/v1/namespace.ts";
import { Node } from "./core/v1/node.ts";
import { Pod } from "./core/v1/pod.ts";
import { Secret } from "./core/v1/secret.ts";
import { Service } from "./core/v1/service.ts";
import { Site } from "./delivery/v1alpha1/site.ts";
import { builtinKinds } from "./kinds.ts";
import { RoleBinding } from "./rbac/v1/role-binding.ts";

function filled(kind: AnyKind, value: Json): Json {
  return applyDefaults(kind.schema, decodeObject(kind.schema, value));
}
function at(value: Json | undefined, path: string): Json | undefined {
  let found = value;
  for (const step of path.split(".")) found = (found as Record<string, Json> | undefined)?.[step];
  return found;
}

const container = { name: "web", image: "nginx:1.27" };
const pod = (spec: Json): Json => ({ spec: { containers: [container], ...(spec as object) } });
const withContainer = (more: object): Json => pod({ containers: [{ ...container, ...more }] });
const service = (spec: object): Json => ({ spec: { ports: [{ port: 80 }], ...spec } });
const template = { metadata: { labels: { app: "a" } }, spec: { containers: [container] } };
const deployment = (spec: object): Json => ({ spec: { selector: { matchLabels: { app: "a" } }, template, ...spec } });
const C = "spec.containers.0";

const rows: readonly (readonly [
  sentence: string,
  kind: AnyKind,
  given: Json,
  path: string,
  expected: Json | undefined,
])[] = [
  ["a pod restarts its containers", Pod, pod({}), "spec.restartPolicy", "Always"],
  ["a pod has 30 seconds to stop", Pod, pod({}), "spec.terminationGracePeriodSeconds", 30],
  ["a grace of zero is kept", Pod, pod({ terminationGracePeriodSeconds: 0 }), "spec.terminationGracePeriodSeconds", 0],
  ["a pod asks the cluster's DNS first", Pod, pod({}), "spec.dnsPolicy", "ClusterFirst"],
  ["a pod is placed by the default scheduler", Pod, pod({}), "spec.schedulerName", "default-scheduler"],
  ["a pod has an empty security context", Pod, pod({}), "spec.securityContext", {}],
  ["a pod sees services as variables", Pod, pod({}), "spec.enableServiceLinks", true],
  ["a template says nothing of it", Deployment, deployment({}), "spec.template.spec.enableServiceLinks", undefined],
  ["both names of the account are set", Pod, pod({ serviceAccountName: "a" }), "spec.serviceAccount", "a"],
  ["also from the older one", Pod, pod({ serviceAccount: "a" }), "spec.serviceAccountName", "a"],
  ["a tagged image is pulled once", Pod, pod({}), `${C}.imagePullPolicy`, "IfNotPresent"],
  ["no tag means latest, pulled always", Pod, withContainer({ image: "nginx" }), `${C}.imagePullPolicy`, "Always"],
  [
    "a port in the registry's name is no tag",
    Pod,
    withContainer({ image: "host:5000/nginx" }),
    `${C}.imagePullPolicy`,
    "Always",
  ],
  [
    "a digest pins the image",
    Pod,
    withContainer({ image: `nginx@sha256:${"0".repeat(64)}` }),
    `${C}.imagePullPolicy`,
    "IfNotPresent",
  ],
  ["a policy that is given stays", Pod, withContainer({ imagePullPolicy: "Never" }), `${C}.imagePullPolicy`, "Never"],
  ["last words go to a file", Pod, pod({}), `${C}.terminationMessagePath`, "/dev/termination-log"],
  ["a port is TCP", Pod, withContainer({ ports: [{ containerPort: 80 }] }), `${C}.ports.0.protocol`, "TCP"],
  [
    "on the node's network a port is the node's",
    Pod,
    { spec: { hostNetwork: true, containers: [{ ...container, ports: [{ containerPort: 80 }] }] } },
    `${C}.ports.0.hostPort`,
    80,
  ],
  [
    "a probe asks every 10 seconds and fails at the third bad answer",
    Pod,
    withContainer({ livenessProbe: { httpGet: { port: 80 } } }),
    `${C}.livenessProbe`,
    {
      httpGet: { port: 80, path: "/", scheme: "HTTP" },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
  ],
  [
    "a limit without a request is a request",
    Pod,
    withContainer({ resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } } }),
    `${C}.resources.requests`,
    { cpu: "500m", memory: "1Gi" },
  ],
  [
    "a target port of zero, as protobuf writes it, is the port",
    Service,
    service({ ports: [{ port: 80, targetPort: 0 }] }),
    "spec.ports.0.targetPort",
    80,
  ],
  ["a volume without a source is empty", Pod, pod({ volumes: [{ name: "v" }] }), "spec.volumes.0.emptyDir", {}],
  [
    "files of a secret are readable by all",
    Pod,
    pod({ volumes: [{ name: "v", secret: { secretName: "s" } }] }),
    "spec.volumes.0",
    { name: "v", secret: { secretName: "s", defaultMode: 0o644 } },
  ],
  [
    "a projected token lives an hour",
    Pod,
    pod({ volumes: [{ name: "v", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } }] }),
    "spec.volumes.0.projected",
    { sources: [{ serviceAccountToken: { path: "t", expirationSeconds: 3600 } }], defaultMode: 0o644 },
  ],
  [
    "a field reference is written in v1",
    Pod,
    withContainer({ env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] }),
    `${C}.env.0.valueFrom.fieldRef.apiVersion`,
    "v1",
  ],
  ["a deployment has one pod", Deployment, deployment({}), "spec.replicas", 1],
  ["none when none is asked for", Deployment, deployment({ replicas: 0 }), "spec.replicas", 0],
  [
    "a deployment rolls a quarter at a time",
    Deployment,
    deployment({}),
    "spec.strategy",
    { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
  ],
  [
    "Recreate does not roll",
    Deployment,
    deployment({ strategy: { type: "Recreate" } }),
    "spec.strategy",
    { type: "Recreate" },
  ],
  ["ten old replica sets are kept", Deployment, deployment({}), "spec.revisionHistoryLimit", 10],
  ["a rollout has ten minutes", Deployment, deployment({}), "spec.progressDeadlineSeconds", 600],
  ["a service has a cluster address", Service, service({}), "spec.type", "ClusterIP"],
  ["its target port is its port", Service, service({}), "spec.ports.0", { port: 80, protocol: "TCP", targetPort: 80 }],
  ["traffic from inside goes anywhere", Service, service({}), "spec.internalTrafficPolicy", "Cluster"],
  ["outside traffic has no policy there", Service, service({}), "spec.externalTrafficPolicy", undefined],
  ["but with node ports", Service, service({ type: "NodePort" }), "spec.externalTrafficPolicy", "Cluster"],
  [
    "affinity by client lasts three hours",
    Service,
    service({ sessionAffinity: "ClientIP" }),
    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
    10_800,
  ],
  [
    "a load balancer gets node ports",
    Service,
    service({ type: "LoadBalancer" }),
    "spec.allocateLoadBalancerNodePorts",
    true,
  ],
  ["a secret is opaque", Secret, {}, "type", "Opaque"],
  ["a namespace is active", Namespace, {}, "status.phase", "Active"],
  ["all of a node may be used", Node, { status: { capacity: { cpu: "4" } } }, "status.allocatable", { cpu: "4" }],
  [
    "users and roles are RBAC's",
    RoleBinding,
    {
      roleRef: { kind: "Role", name: "r" },
      subjects: [
        { kind: "User", name: "u" },
        { kind: "ServiceAccount", name: "s" },
      ],
    },
    "subjects",
    [
      { kind: "User", name: "u", apiGroup: "rbac.authorization.k8s.io" },
      { kind: "ServiceAccount", name: "s" },
    ],
  ],
  ["a site goes live from main", Site, { spec: { domains: ["a.example"] } }, "spec.branch", "main"],
  [
    "a site keeps ten releases and twenty builds",
    Site,
    { spec: { domains: ["a.example"] } },
    "spec.retention",
    { releases: 10, builds: 20 },
  ],
];
for (const [sentence, kind, given, path, expected] of rows) {
  test(`default: ${sentence}`, () => assert.deepEqual(at(filled(kind, given), path), expected));
}

test("defaulting what is defaulted changes nothing", () => {
  for (const [, kind, given] of rows) {
    const once = filled(kind, given);
    assert.equal(applyDefaults(kind.schema, once as never), once);
  }
});

test("kinds have names of their own, and storage paths too", () => {
  for (const name of ["kind", "plural", "storagePath"] as const) {
    const keys = builtinKinds
      .filter(({ verbs, conversion }) => verbs.includes("list") && !conversion)
      .map((kind) => `${kind.group}/${kind[name]}`);
    assert.equal(new Set(keys).size, keys.length);
  }
});
