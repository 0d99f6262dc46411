// Environments as tables: what is declared, and what the container sees.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConfigMap, Container, Pod, Secret, Service } from "@knots/api";
import { aPod, aService, meta } from "../../../../testkit/objects.ts";
import { environmentOf } from "./environment.ts";
import { expand } from "./expand.ts";
import { goQuote } from "./go-quote.ts";
import { referencesOf } from "./references.ts";

type Change = Partial<Pick<Container, "env" | "envFrom" | "resources">>;

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const CONFIG: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: meta("settings"),
  data: { LEVEL: "debug", "bad=key": "x", MODE: "fast" },
};
const SECRET: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: meta("login"),
  data: { PASSWORD: base64("s3cret$(X)") },
};
const POD: Pod = aPod("web-0", {
  meta: { labels: { app: "web", "example.com/tier": 'a"b' }, annotations: { note: "1\n2" } },
  spec: { nodeName: "node-1", serviceAccountName: "builder", enableServiceLinks: false },
});

interface Surroundings {
  readonly pod?: Pod;
  readonly services?: readonly Service[];
}

function environment(change: Change, { pod = POD, services = [] }: Surroundings = {}) {
  return environmentOf({
    pod,
    container: { name: "app", ...change },
    podIPs: ["10.244.0.7", "fd00::7"],
    hostIPs: ["192.0.2.10"],
    allocatable: { cpu: "3900m", memory: "7Gi" },
    sources: {
      configMap: (namespace, name) => (namespace === "default" && name === "settings" ? CONFIG : undefined),
      secret: (namespace, name) => (namespace === "default" && name === "login" ? SECRET : undefined),
      services: () => services,
    },
  });
}

const shown = (change: Change, around?: Surroundings): string =>
  environment(change, around)
    .variables.map(({ name, value }) => `${name}=${value}`)
    .join(" ");

const field = (fieldPath: string): Change => ({ env: [{ name: "V", valueFrom: { fieldRef: { fieldPath } } }] });
const resource = (resource: string, divisor: string, resources: Container["resources"]): Change => ({
  env: [{ name: "V", valueFrom: { resourceFieldRef: { resource, divisor } } }],
  ...(resources && { resources }),
});
const limits = { requests: { cpu: "250m", memory: "64Mi" }, limits: { memory: "100Mi" } };

const rows: readonly (readonly [sentence: string, change: Change, expected: string])[] = [
  [
    "plain values stand in their order",
    {
      env: [
        { name: "B", value: "1" },
        { name: "A", value: "2" },
      ],
    },
    "B=1 A=2",
  ],
  [
    "a value sees variables before it, not after it",
    {
      env: [
        { name: "A", value: "$(B)" },
        { name: "B", value: "$(A)!" },
      ],
    },
    "A=$(B) B=$(B)!",
  ],
  [
    "the last of two equal names wins",
    {
      env: [
        { name: "A", value: "1" },
        { name: "A", value: "$(A)2" },
      ],
    },
    "A=12",
  ],
  ["no value is an empty one", { env: [{ name: "A" }] }, "A="],
  ["the pod's name", field("metadata.name"), "V=web-0"],
  ["its namespace", field("metadata.namespace"), "V=default"],
  ["its uid", field("metadata.uid"), "V=web-0-uid"],
  ["one label", field("metadata.labels['app']"), "V=web"],
  ["one annotation, with its line ends", field("metadata.annotations['note']"), "V=1\n2"],
  ["a label that is not there is empty", field("metadata.labels['none']"), "V="],
  ["all labels, sorted and quoted", field("metadata.labels"), 'V=app="web"\nexample.com/tier="a\\"b"'],
  ["the node", field("spec.nodeName"), "V=node-1"],
  ["the service account", field("spec.serviceAccountName"), "V=builder"],
  ["the node's address", field("status.hostIP"), "V=192.0.2.10"],
  ["the pod's address", field("status.podIP"), "V=10.244.0.7"],
  ["all its addresses", field("status.podIPs"), "V=10.244.0.7,fd00::7"],
  ["a request of cpu is rounded up to whole cores", resource("requests.cpu", "0", limits), "V=1"],
  ["in thousandths it is exact", resource("requests.cpu", "1m", limits), "V=250"],
  ["a limit of memory in bytes", resource("limits.memory", "0", limits), "V=104857600"],
  ["in mebibytes", resource("limits.memory", "1Mi", limits), "V=100"],
  ["a limit that is not set is what the node has", resource("limits.cpu", "0", limits), "V=4"],
  ["a request that is not set is 0", resource("requests.ephemeral-storage", "0", limits), "V=0"],
  [
    "a key of a ConfigMap; its text is not expanded",
    { env: [{ name: "V", valueFrom: { configMapKeyRef: { name: "settings", key: "LEVEL" } } }] },
    "V=debug",
  ],
  [
    "a key of a Secret is decoded",
    { env: [{ name: "V", valueFrom: { secretKeyRef: { name: "login", key: "PASSWORD" } } }] },
    "V=s3cret$(X)",
  ],
  [
    "an optional key that is missing gives no variable",
    { env: [{ name: "V", valueFrom: { secretKeyRef: { name: "none", key: "A", optional: true } } }] },
    "",
  ],
  [
    "a whole ConfigMap with a prefix; env wins and can use it",
    {
      envFrom: [{ prefix: "C_", configMapRef: { name: "settings" } }],
      env: [{ name: "C_MODE", value: "$(C_LEVEL)ger" }],
    },
    "C_LEVEL=debug C_MODE=debugger",
  ],
  [
    "later sources win over earlier ones",
    { envFrom: [{ configMapRef: { name: "settings" } }, { secretRef: { name: "login" } }] },
    "LEVEL=debug MODE=fast PASSWORD=s3cret$(X)",
  ],
  [
    "an optional source that is missing gives nothing",
    { envFrom: [{ secretRef: { name: "none", optional: true } }] },
    "",
  ],
];

for (const [sentence, change, expected] of rows) test(sentence, () => assert.equal(shown(change), expected));

const failures: readonly (readonly [change: Change, message: string])[] = [
  [{ envFrom: [{ configMapRef: { name: "x" } }] }, 'configmap "x" not found'],
  [{ envFrom: [{ secretRef: { name: "x" } }] }, 'secret "x" not found'],
  [{ env: [{ name: "V", valueFrom: { configMapKeyRef: { name: "x", key: "k" } } }] }, 'configmap "x" not found'],
  [
    { env: [{ name: "V", valueFrom: { configMapKeyRef: { name: "settings", key: "k" } } }] },
    "couldn't find key k in ConfigMap default/settings",
  ],
  [
    { env: [{ name: "V", valueFrom: { secretKeyRef: { name: "login", key: "k" } } }] },
    "couldn't find key k in Secret default/login",
  ],
  [field("spec.hostname"), "unsupported fieldPath: spec.hostname"],
  [resource("limits.gpu", "0", limits), "unsupported container resource : limits.gpu"],
];
for (const [change, message] of failures) {
  test(`refused with: ${message}`, () => {
    assert.throws(() => environment(change), { name: "CreateContainerConfigError", message });
  });
}

test("keys that cannot be names are skipped, with a sentence for the event", () => {
  const { skipped } = environment({ envFrom: [{ configMapRef: { name: "settings" } }] });
  assert.deepEqual(skipped, [
    "Keys [bad=key] from the EnvFrom ConfigMap default/settings were skipped since they are considered invalid environment variable names.",
  ]);
});

test("services of the namespace are told as hosts, ports and links; env wins", () => {
  const ports = [
    { name: "web", port: 80 },
    { name: "dns-u", port: 53, protocol: "UDP" as const },
  ];
  const services = [
    aService("my-db", { clusterIP: "10.96.1.1", ports }),
    aService("headless", { clusterIP: "None" }),
    aService("other", {}, { namespace: "elsewhere" }),
  ];
  const pod = aPod("web-0", {});
  const seen = shown(
    {
      env: [
        { name: "MY_DB_SERVICE_HOST", value: "mine" },
        { name: "URL", value: "$(MY_DB_PORT)" },
      ],
    },
    { pod, services },
  );
  assert.deepEqual(seen.split(" "), [
    "MY_DB_SERVICE_HOST=mine",
    "URL=tcp://10.96.1.1:80",
    "MY_DB_SERVICE_PORT=80",
    "MY_DB_SERVICE_PORT_WEB=80",
    "MY_DB_SERVICE_PORT_DNS_U=53",
    "MY_DB_PORT=tcp://10.96.1.1:80",
    "MY_DB_PORT_80_TCP=tcp://10.96.1.1:80",
    "MY_DB_PORT_80_TCP_PROTO=tcp",
    "MY_DB_PORT_80_TCP_PORT=80",
    "MY_DB_PORT_80_TCP_ADDR=10.96.1.1",
    "MY_DB_PORT_53_UDP=udp://10.96.1.1:53",
    "MY_DB_PORT_53_UDP_PROTO=udp",
    "MY_DB_PORT_53_UDP_PORT=53",
    "MY_DB_PORT_53_UDP_ADDR=10.96.1.1",
  ]);
});

test("without links only the API's own service is told", () => {
  const services = [aService("db"), aService("kubernetes", { clusterIP: "10.96.0.1" })];
  const pod = aPod("a", { meta: { namespace: "team" }, spec: { enableServiceLinks: false } });
  assert.match(shown({}, { pod, services }), /^KUBERNETES_SERVICE_HOST=10\.96\.0\.1 /);
  assert.doesNotMatch(shown({}, { pod, services }), /DB_/);
});

const expansions: readonly (readonly [text: string, expected: string])[] = [
  ["$(A)", "1"],
  ["x$(A)y$(A)", "x1y1"],
  ["$(NONE)", "$(NONE)"],
  ["$$(A)", "$(A)"],
  ["$$$(A)", "$1"],
  ["$$$$(A)", "$$(A)"],
  ["$(A", "$(A"],
  ["$A $", "$A $"],
  ["$()", "$()"],
  ["$($(A))", "$($(A))"],
  ["$(E)", "$(A)"],
];
for (const [text, expected] of expansions) {
  test(`${text} becomes ${expected}`, () => {
    const values = new Map([
      ["A", "1"],
      ["E", "$(A)"],
    ]);
    assert.equal(
      expand(text, (name) => values.get(name)),
      expected,
    );
  });
}

test("quotes are Go's", () => {
  assert.equal(goQuote('a"\\\n\x01é\u200b😀\u00a0'), '"a\\"\\\\\\n\\x01é\\u200b😀\\u00a0"');
});

test("a pod's references are those of containers, volumes and image logins", () => {
  const pod = aPod("a", {
    spec: {
      initContainers: [{ name: "i", envFrom: [{ secretRef: { name: "s1" } }] }],
      containers: [{ name: "c", env: [{ name: "V", valueFrom: { configMapKeyRef: { name: "c1", key: "k" } } }] }],
      volumes: [
        { name: "v1", configMap: { name: "c2" } },
        { name: "v2", secret: { secretName: "s2" } },
        { name: "v3", projected: { sources: [{ configMap: { name: "c3" } }, { secret: { name: "s3" } }] } },
      ],
      imagePullSecrets: [{ name: "s4" }],
    },
  });
  const { configMaps, secrets } = referencesOf(pod);
  assert.deepEqual([...configMaps], ["c1", "c2", "c3"]);
  assert.deepEqual([...secrets], ["s1", "s2", "s3", "s4"]);
});
