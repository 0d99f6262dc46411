// What is refused, and in which words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyKind, applyDefaults, decodeObject, type Json, validateObject } from "@knots/machinery";
import { Deployment } from "./apps/v1/deployment.ts";
import { ReplicaSet } from "./apps/v1/replica-set.ts";
import { TokenRequest } from "./authentication/v1/token-request.ts";
import { SelfSubjectAccessReview } from "./authorization/v1/self-subject-access-review.ts";
import { ConfigMap } from "./core/v1/config-map.ts";
import { Event } from "./core/v1/event.ts";
import { Pod } from "./core/v1/pod.ts";
import { podUpdate } from "./core/v1/pod-update.ts";
import { Secret } from "./core/v1/secret.ts";
import { Service } from "./core/v1/service.ts";
import { Build } from "./delivery/v1alpha1/build.ts";
import { Site } from "./delivery/v1alpha1/site.ts";
import { EndpointSlice } from "./discovery/v1/endpoint-slice.ts";
import { Ingress } from "./networking/v1/ingress.ts";
import { IngressClass } from "./networking/v1/ingress-class.ts";
import { ClusterRoleBinding } from "./rbac/v1/cluster-role-binding.ts";
import { Role } from "./rbac/v1/role.ts";

const stored = (kind: AnyKind, value: Json) => applyDefaults(kind.schema, decodeObject(kind.schema, value));

function errorsOf(kind: AnyKind, value: Json, old?: Json): readonly string[] {
  const before = old === undefined ? undefined : stored(kind, old);
  return validateObject(kind.schema, stored(kind, value), before).map(({ field, message }) => `${field}: ${message}`);
}

const container = { name: "web", image: "nginx:1.27" };
const pod = (spec: object): Json => ({ spec: { containers: [container], ...spec } });
const one = (more: object): Json => pod({ containers: [{ ...container, ...more }] });
const C = "spec.containers[0]";

const pods: readonly (readonly [string, Json, readonly string[]])[] = [
  ["a plain pod is right", pod({}), []],
  ["a pod without containers", { spec: {} }, ["spec.containers: Required value"]],
  ["a pod without a spec", {}, ["spec.containers: Required value"]],
  ["no image", one({ image: "" }), [`${C}.image: Required value`]],
  [
    "two containers of one name",
    pod({ containers: [container, container] }),
    ['spec.containers[1].name: Duplicate value: "web"'],
  ],
  [
    "an init container of the same name",
    pod({ initContainers: [container] }),
    ['spec.initContainers[0].name: Duplicate value: "web"'],
  ],
  [
    "users of its own and what is the node's",
    pod({ hostUsers: false, hostNetwork: true, hostPID: true }),
    ["hostNetwork", "HostPID"].map((name) => `spec.${name}: Forbidden: when \`hostUsers\` is false`),
  ],
  [
    "two volumes of one name",
    pod({ volumes: [{ name: "a" }, { name: "a" }] }),
    ['spec.volumes[1].name: Duplicate value: "a"'],
  ],
  [
    "a mount of no volume",
    one({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
    [`${C}.volumeMounts[0].name: Not found: "v"`],
  ],
  [
    "a volume with two sources",
    pod({ volumes: [{ name: "v", emptyDir: {}, hostPath: { path: "/" } }] }),
    ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
  ],
  [
    "two ports of one name",
    one({
      ports: [
        { name: "http", containerPort: 80 },
        { name: "http", containerPort: 81 },
      ],
    }),
    [`${C}.ports[1].name: Duplicate value: "http"`],
  ],
  [
    "a port too high",
    one({ ports: [{ containerPort: 70_000 }] }),
    [`${C}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive`],
  ],
  [
    "the same variable twice is let in",
    one({
      env: [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
    }),
    [],
  ],
  [
    "a variable with value and source",
    one({ env: [{ name: "A", value: "1", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }] }),
    [`${C}.env[0].valueFrom: Invalid value: "": may not be specified when \`value\` is not empty`],
  ],
  [
    "a request above its limit",
    one({ resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } }),
    [`${C}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1`],
  ],
  [
    "a probe that does nothing",
    one({ readinessProbe: {} }),
    [`${C}.readinessProbe: Required value: must specify a handler type`],
  ],
  [
    "a probe that does two things",
    one({ livenessProbe: { exec: { command: ["a"] }, tcpSocket: { port: 80 } } }),
    [`${C}.livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type`],
  ],
  [
    "a liveness probe that wants two successes",
    one({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
    [`${C}.livenessProbe.successThreshold: Invalid value: 2: must be 1`],
  ],
  [
    "a probe of an init container that ends",
    pod({ initContainers: [{ name: "i", image: "i:1", startupProbe: { tcpSocket: { port: 1 } } }] }),
    ["spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always"],
  ],
  [
    "one port of the node for two containers",
    pod({
      containers: [
        { ...container, ports: [{ containerPort: 80, hostPort: 80 }] },
        { ...container, name: "b", ports: [{ containerPort: 81, hostPort: 80 }] },
      ],
    }),
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
  ],
  [
    "a restart policy of its own making",
    pod({ restartPolicy: "Sometimes" }),
    ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"'],
  ],
  [
    "a toleration of seconds without NoExecute",
    pod({ tolerations: [{ key: "a", operator: "Exists", effect: "NoSchedule", tolerationSeconds: 1 }] }),
    [
      "spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set",
    ],
  ],
  [
    "no DNS and no servers",
    pod({ dnsPolicy: "None" }),
    ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
  ],
];
for (const [sentence, value, expected] of pods)
  test(`pod: ${sentence}`, () => assert.deepEqual(errorsOf(Pod, value), expected));

const labels = { app: "a" };
const selector = { matchLabels: labels };
const template = (spec: object = {}): Json => ({ metadata: { labels }, spec: { containers: [container], ...spec } });
const deployment = (spec: object): Json => ({ spec: { selector, template: template(), ...spec } });
const service = (spec: object): Json => ({ spec: { ports: [{ port: 80 }], ...spec } });
const backend = { service: { name: "web", port: { number: 80 } } };
const ingress = (path: object): Json => ({
  spec: { rules: [{ host: "a.example", http: { paths: [{ path: "/", pathType: "Prefix", backend, ...path }] } }] },
});
const P = "spec.rules[0].http.paths[0]";
const config = (more: object): Json => ({ data: { a: "1" }, ...more });
const commit = "0123456789abcdef0123456789abcdef01234567";
const build = (spec: object): Json => ({ spec: { site: "s", number: 1, commit, ...spec } });
const site = (spec: object): Json => ({ spec: { domains: ["a.example"], ...spec } });

const others: readonly (readonly [string, AnyKind, Json, readonly string[]])[] = [
  ["a plain deployment is right", Deployment, deployment({}), []],
  [
    "a selector that misses its pods",
    Deployment,
    deployment({ selector: { matchLabels: { app: "b" } } }),
    ['spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`'],
  ],
  [
    "a selector of everything",
    ReplicaSet,
    deployment({ selector: {} }),
    ["spec.selector: Invalid value: {}: empty selector is invalid for replicaset"],
  ],
  [
    "no selector",
    Deployment,
    { spec: { template: template() } },
    [
      "spec.selector: Required value",
      'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
    ],
  ],
  [
    "pods that are not started again",
    Deployment,
    deployment({ template: template({ restartPolicy: "Never" }) }),
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
  [
    "a rollout that cannot move",
    Deployment,
    deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    ["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"],
  ],
  [
    "Recreate that rolls",
    Deployment,
    deployment({ strategy: { type: "Recreate", rollingUpdate: {} } }),
    ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  ],
  [
    "fewer than no pods",
    Deployment,
    deployment({ replicas: -1 }),
    ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
  ],
  ["a service without ports", Service, { spec: {} }, ["spec.ports: Required value"]],
  ["a headless service without ports", Service, { spec: { clusterIP: "None" } }, []],
  [
    "several ports without names",
    Service,
    service({ ports: [{ port: 80 }, { port: 81, name: "b" }] }),
    ["spec.ports[0].name: Required value"],
  ],
  [
    "a node port without the type",
    Service,
    service({ ports: [{ port: 80, nodePort: 30_000 }] }),
    ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ],
  [
    "an external name without a name",
    Service,
    { spec: { type: "ExternalName" } },
    ["spec.externalName: Required value"],
  ],
  ["a plain ingress is right", Ingress, ingress({}), []],
  [
    "an ingress to nowhere",
    Ingress,
    { spec: {} },
    ["spec: Invalid value: {}: either `defaultBackend` or `rules` must be specified"],
  ],
  ["a relative path", Ingress, ingress({ path: "a" }), [`${P}.path: Invalid value: "a": must be an absolute path`]],
  [
    "a path with two readings",
    Ingress,
    ingress({ path: "/a/../b" }),
    [`${P}.path: Invalid value: "/a/../b": must not contain '/../'`],
  ],
  [
    "a service without a port",
    Ingress,
    ingress({ backend: { service: { name: "web" } } }),
    [`${P}.backend.service.port: Required value: port name or number is required`],
  ],
  [
    "a class without a domain",
    IngressClass,
    { spec: { controller: "x" } },
    ['spec.controller: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    "a rule about URLs in a namespace",
    Role,
    { rules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }] },
    ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
  ],
  [
    "a rule that allows nothing",
    Role,
    { rules: [{ verbs: [], apiGroups: [""], resources: ["pods"] }] },
    ["rules[0].verbs: Required value: verbs must contain at least one value"],
  ],
  [
    "a rule without a group",
    Role,
    { rules: [{ verbs: ["get"], resources: ["pods"] }] },
    ["rules[0].apiGroups: Required value: resource rules must supply at least one api group"],
  ],
  [
    "a cluster binding of a role",
    ClusterRoleBinding,
    { roleRef: { kind: "Role", name: "r" } },
    ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
  ],
  [
    "a service account of no namespace",
    ClusterRoleBinding,
    { roleRef: { kind: "ClusterRole", name: "r" }, subjects: [{ kind: "ServiceAccount", name: "a" }] },
    ["subjects[0].namespace: Required value"],
  ],
  [
    "a key that is no file name",
    ConfigMap,
    { data: { "..": "1" } },
    [`data[..]: Invalid value: "..": must not be '..'`],
  ],
  [
    "a key in both maps",
    ConfigMap,
    config({ binaryData: { a: "MQ==" } }),
    ['binaryData[a]: Invalid value: "a": duplicate of key present in data'],
  ],
  [
    "too much data",
    ConfigMap,
    { data: { a: "é".repeat(600_000) } },
    ["[]: Too long: may not be more than 1048576 bytes"],
  ],
  [
    "a certificate without its key",
    Secret,
    { type: "kubernetes.io/tls", data: { "tls.crt": "" } },
    ["data[tls.key]: Required value"],
  ],
  [
    "a certificate given as text",
    Secret,
    { type: "kubernetes.io/tls", stringData: { "tls.crt": "c", "tls.key": "k" } },
    [],
  ],
  [
    "a login of nobody",
    Secret,
    { type: "kubernetes.io/basic-auth" },
    ["data[username]: Required value", "data[password]: Required value"],
  ],
  [
    "an IPv6 address among IPv4",
    EndpointSlice,
    { addressType: "IPv4", endpoints: [{ addresses: ["::1"] }] },
    ['endpoints[0].addresses[0]: Invalid value: "::1": must be an IPv4 address'],
  ],
  [
    "an event away from its object",
    Event,
    { metadata: { namespace: "a" }, involvedObject: { namespace: "b" } },
    ['involvedObject.namespace: Invalid value: "b": does not match event.namespace'],
  ],
  [
    "a token for a minute",
    TokenRequest,
    { spec: { expirationSeconds: 60 } },
    ["spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes"],
  ],
  [
    "a question about nothing",
    SelfSubjectAccessReview,
    { spec: {} },
    [
      "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
    ],
  ],
  ["a plain site is right", Site, site({ repository: { url: "https://git.example/team/site.git" } }), []],
  ["a site without a domain", Site, { spec: {} }, ["spec.domains: Required value"]],
  [
    "a domain twice",
    Site,
    site({ domains: ["a.example", "a.example"] }),
    ['spec.domains[1]: Duplicate value: "a.example"'],
  ],
  [
    "an address for a domain",
    Site,
    site({ domains: ["10.0.0.1"] }),
    ['spec.domains[0]: Invalid value: "10.0.0.1": must be a host name, not an IP address'],
  ],
  [
    "a repository that runs a program",
    Site,
    site({ repository: { url: "ext::sh -c id" } }),
    [
      'spec.repository.url: Invalid value: "ext::sh -c id": must be an https or http URL, such as https://example.com/team/site.git',
    ],
  ],
  [
    "a repository with a login for everybody to read",
    Site,
    site({ repository: { url: "https://me@example.com/site.git" } }),
    [
      'spec.repository.url: Invalid value: "https://me@example.com/site.git": must not contain a login: put it into a Secret and name that in secretName',
    ],
  ],
  [
    "a branch that is an option",
    Site,
    site({ branch: "--upload-pack=x" }),
    ['spec.branch: Invalid value: "--upload-pack=x": must be a branch name that git allows, such as main'],
  ],
  [
    "an output directory outside",
    Site,
    site({ build: { outputDirectory: "../etc" } }),
    ["spec.build.outputDirectory: Invalid value: \"../etc\": must not contain '..'"],
  ],
  [
    "half a commit",
    Build,
    build({ commit: "0123" }),
    ['spec.commit: Invalid value: "0123": must be a full commit hash of 40 or 64 lower-case hexadecimal digits'],
  ],
];
for (const [sentence, kind, value, expected] of others) {
  test(`${kind.kind}: ${sentence}`, () => assert.deepEqual(errorsOf(kind, value), expected));
}

const updates: readonly (readonly [string, AnyKind, Json, Json, readonly string[]])[] = [
  ["a deployment grows", Deployment, deployment({}), deployment({ replicas: 3 }), []],
  [
    "a deployment chooses other pods",
    Deployment,
    deployment({}),
    deployment({
      selector: { matchLabels: { app: "a", tier: "b" } },
      template: { metadata: { labels: { app: "a", tier: "b" } }, spec: { containers: [container] } },
    }),
    ['spec.selector: Invalid value: {"matchLabels":{"app":"a","tier":"b"}}: field is immutable'],
  ],
  [
    "a service moves",
    Service,
    service({ clusterIP: "10.0.0.1" }),
    service({ clusterIP: "10.0.0.2" }),
    ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'],
  ],
  [
    "a service becomes a name",
    Service,
    service({ clusterIP: "10.0.0.1" }),
    { spec: { type: "ExternalName", externalName: "a.example" } },
    [],
  ],
  [
    "a sealed config map changes",
    ConfigMap,
    config({ immutable: true }),
    { data: { a: "2" }, immutable: true },
    ["data: Forbidden: field is immutable when `immutable` is set"],
  ],
  [
    "a sealed config map is opened",
    ConfigMap,
    config({ immutable: true }),
    config({}),
    ["immutable: Forbidden: field is immutable when `immutable` is set"],
  ],
  ["a secret becomes something else", Secret, {}, { type: "a/b" }, ['type: Invalid value: "a/b": field is immutable']],
  [
    "a binding gives another role",
    ClusterRoleBinding,
    { roleRef: { kind: "ClusterRole", name: "a" } },
    { roleRef: { kind: "ClusterRole", name: "b" } },
    [
      'roleRef: Invalid value: {"kind":"ClusterRole","name":"b","apiGroup":"rbac.authorization.k8s.io"}: cannot change roleRef',
    ],
  ],
  ["a build is cancelled", Build, build({}), build({ cancelled: true }), []],
  [
    "a build takes another commit",
    Build,
    build({}),
    build({ commit: "f".repeat(40) }),
    [`spec.commit: Invalid value: "${"f".repeat(40)}": field is immutable`],
  ],
];
for (const [sentence, kind, old, value, expected] of updates) {
  test(`update: ${sentence}`, () => assert.deepEqual(errorsOf(kind, value, old), expected));
}

const tolerated = { key: "a", operator: "Exists", effect: "NoExecute" };
const podUpdates: readonly (readonly [string, Json, Json, number])[] = [
  ["nothing changes", pod({}), pod({}), 0],
  ["another image", pod({}), one({ image: "nginx:2" }), 0],
  [
    "another image of an init container",
    pod({ initContainers: [{ name: "i", image: "i:1" }] }),
    pod({ initContainers: [{ name: "i", image: "i:2" }] }),
    0,
  ],
  ["a deadline", pod({}), pod({ activeDeadlineSeconds: 5 }), 0],
  ["one more toleration", pod({}), pod({ tolerations: [tolerated] }), 0],
  [
    "a toleration for longer",
    pod({ tolerations: [tolerated] }),
    pod({ tolerations: [{ ...tolerated, tolerationSeconds: 9 }] }),
    0,
  ],
  ["a toleration less", pod({ tolerations: [tolerated] }), pod({}), 1],
  ["another node", pod({ nodeName: "a" }), pod({ nodeName: "b" }), 1],
  ["another command", pod({}), one({ command: ["x"] }), 1],
  ["one more container", pod({}), pod({ containers: [container, { ...container, name: "b" }] }), 1],
  ["a gate goes", pod({ schedulingGates: [{ name: "g" }] }), pod({}), 0],
  ["a gate comes", pod({}), pod({ schedulingGates: [{ name: "g" }] }), 1],
  [
    "a gated pod is steered",
    pod({ schedulingGates: [{ name: "g" }] }),
    pod({ schedulingGates: [{ name: "g" }], nodeSelector: { a: "b" } }),
    0,
  ],
  ["a pod without gates is steered", pod({}), pod({ nodeSelector: { a: "b" } }), 1],
];
for (const [sentence, old, value, expected] of podUpdates) {
  test(`pod update: ${sentence}: ${expected === 0 ? "allowed" : "refused"}`, () => {
    const context = { path: {} as never, old: stored(Pod, old) as never };
    assert.equal([...podUpdate(stored(Pod, value) as never, context)].length, expected);
  });
}
