// Stock kubectl with the manifests that the project began from: accepted, or refused in Kubernetes' words.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { kubectls, type Result, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

const FOLDER = fileURLToPath(new URL("../../../../../shared/seeds/manifests/", import.meta.url));
const there = existsSync(FOLDER);
const binary = kubectls.at(-1) ?? "";
const skip = binary !== "" && there ? false : "stock client kubectl or the manifests are missing";

/** What is said of manifests that are refused; all others are accepted. */
const refused: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  // A pipeline, not a manifest.
  "000_L0046.yaml": ["apiVersion not set, kind not set"],
  "000_L0430.yaml": ["resource name may not be empty"],
  // A template of Helm.
  "000_L0560.yaml": ["did not find expected node content"],
  "000_L0989.yaml": [
    "spec.selector: Required value",
    "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
  ],
  "002_L0472.yaml": ["invalid object to validate"],
  "002_L0512.yaml": ["invalid object to validate"],
  "002_L0937.yaml": [/line 29: did not find expected key/],
  "002_L1773.yaml": [/line 25: found a tab character that violates indentation/],
  "002_L1853.yaml": ['strict decoding error: unknown field "spec"'],
  "002_L1987.yaml": ['strict decoding error: unknown field "spec"'],
  "002_emptydir_medium_wrongnest.yaml": [
    'unknown field "spec.volumes[0].medium", unknown field "spec.volumes[0].sizeLimit"',
  ],
  "002_sec_sysctls.yaml": ['strict decoding error: unknown field "spec.containers[0].securityContext.sysctls"'],
  "002_secret_age.yaml": [
    "illegal base64 data at input byte 0",
    "json: cannot unmarshal number into Go struct field Secret.data of type []uint8",
  ],
  "003_L0851.yaml": ["spec.rules[0].http.paths[1].pathType: Required value: pathType must be specified"],
  "003_L0884.yaml": ["illegal base64 data at input byte 0"],
  "004_deploy_full.yaml": [
    'Invalid value: {"app":"nginx","version":"1.21.0"}: `selector` does not match template `labels`',
  ],
  "004_readinessgate.yaml": ["spec.selector: Required value", "`selector` does not match template `labels`"],
  "004_trap3.yaml": ["`selector` does not match template `labels`"],
  "extra_refusals.yaml": [
    'Service "low" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    "failed to allocate IP 10.200.0.1: the provided network does not match the current range",
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
    "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
  ],
};

/** What is said of manifests that are accepted. */
const warned: Readonly<Record<string, string>> = {
  "000_L0512.yaml": `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
  "004_svcs.yaml": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
};

const files = there ? readdirSync(FOLDER).filter((name) => name.endsWith(".yaml")) : [];
let api: ServedApi;
const kubectl = (args: readonly string[], input?: string): Promise<Result> => api.kubectl(binary, args, input);

before(async () => {
  api = await serveApi({ server: { disableAdmission: ["ServiceAccount"] } });
  const text = files.map((name) => readFileSync(`${FOLDER}${name}`, "utf8")).join("\n");
  const namespaces = new Set([...text.matchAll(/^ +namespace: ["']?([a-z0-9-]+)/gm)].map(([, name = ""]) => name));
  namespaces.delete("default");
  for (const name of skip === false ? namespaces : []) await kubectl(["create", "namespace", name]);
});
after(() => api.close());

test("there are manifests", { skip }, () => assert.ok(files.length > 60));

for (const file of files) {
  const words = refused[file];
  test(`${file} is ${words ? "refused" : "accepted"}`, { skip }, async () => {
    const { code, err } = await kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", `${FOLDER}${file}`]);
    assert.equal(code, words ? 1 : 0, err);
    for (const word of words ?? [])
      assert.ok(typeof word === "string" ? err.includes(word) : word.test(err), `${word}: ${err}`);
    if (words) return;
    const warning = warned[file];
    assert.equal(err, warning === undefined ? "" : `Warning: ${warning}\n`);
  });
}

const nodePort = (name: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] },
  });
const big = (kind: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind,
    metadata: { name: "big" },
    [kind === "Secret" ? "stringData" : "data"]: { a: "x".repeat((1 << 20) + 1) },
  });
const container = { name: "main", image: "nginx", env: [{ name: "A", value: 80 }] };
const pod = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "env" },
  spec: { containers: [container] },
});

const others: readonly (readonly [what: string, object: string, words: string])[] = [
  [
    "a port of a node that is taken",
    nodePort("two"),
    'Service "two" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
  ],
  [
    "a ConfigMap of more than a MiB (WIR-21)",
    big("ConfigMap"),
    'ConfigMap "big" is invalid: []: Too long: may not be more than 1048576 bytes',
  ],
  [
    "a Secret of more than a MiB (WIR-21)",
    big("Secret"),
    'Secret "big" is invalid: data: Too long: may not be more than 1048576 bytes',
  ],
  [
    "a number where text belongs",
    pod,
    "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string",
  ],
];

for (const [what, object, words] of others) {
  test(`refused: ${what}`, { skip: binary === "" && "stock client kubectl is missing" }, async () => {
    await kubectl(["create", "-f", "-"], nodePort("one"));
    const { code, err } = await kubectl(["create", "--validate=strict", "-f", "-"], object);
    assert.equal(code, 1);
    assert.ok(err.includes(words), err);
  });
}
