// Answers in protobuf read by the published descriptors alone, beside the JSON of the same answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { builtinKinds } from "@knots/api";
import { type AnyKind, apiVersionOf, PROTOBUF_TYPE } from "@knots/machinery";
import { sampleObjects } from "../../testkit/sample-objects.ts";
import { type ServedApi, serveApi } from "../../testkit/served-api.ts";
import { open, plain, read, skip, type Value } from "./descriptors.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi({ server: { disableAdmission: ["ServiceAccount"] } });
});
after(() => api.close());

const META = "k8s.io.apimachinery.pkg.apis.meta.v1";

/** The package of a kind's messages; undefined for kinds of our own. */
function packageOf({ group, version }: AnyKind): string | undefined {
  if (group === "apiregistration.k8s.io") return `k8s.io.kube_aggregator.pkg.apis.apiregistration.${version}`;
  if (group === "apiextensions.k8s.io" || group.endsWith(".knots.dev")) return undefined;
  const name = group === "" ? "core" : (group.split(".")[0] ?? "");
  return `k8s.io.api.${name}.${version}`;
}

/** The same answer in both formats; the JSON without what protobuf says in its envelope. */
async function both(path: string, space: string, message: string, shape = ""): Promise<void> {
  const get = (type: string) => api.ask(path, { headers: { accept: type + shape } });
  const { apiVersion = "", kind, ...json } = (await get("application/json")).json();
  const envelope = open((await get(PROTOBUF_TYPE)).bytes);
  assert.deepEqual([envelope.apiVersion, envelope.kind], [apiVersion, kind]);
  const ours = plain(withoutTypes(json), json);
  assert.deepEqual(plain(read(space, message, envelope.raw), withoutTypes(json)), ours, path);
}

/** Items of a list say their type in JSON and not in protobuf. */
function withoutTypes(json: Value): Value {
  const { items, ...rest } = json as { items?: Value };
  if (!Array.isArray(items)) return json;
  return { ...rest, items: items.map((item) => ({ ...(item as object), apiVersion: null, kind: null })) };
}

const collection = ({ group, version, scope, plural }: AnyKind): string =>
  `${group === "" ? "/api" : `/apis/${group}`}/${version}${scope === "Namespaced" ? "/namespaces/default" : ""}/${plural}`;

for (const sample of sampleObjects) {
  const kind = builtinKinds.find((one) => apiVersionOf(one) === sample.apiVersion && one.kind === sample.kind);
  const space = kind && packageOf(kind);
  if (!kind || space === undefined) continue;
  test(`${sample.apiVersion} ${sample.kind} and its list (WIR-07)`, { skip }, async () => {
    const path = collection(kind);
    const headers = { "content-type": "application/json" };
    const made = await api.ask(path, { method: "POST", headers, body: JSON.stringify(sample) });
    assert.equal(made.status, 201, made.text);
    await both(`${path}/${sample.metadata.name}`, space, kind.kind);
    await both(path, space, kind.listKind);
  });
}

test("a page of a list tells what is left (WIR-07)", { skip }, () =>
  both("/api/v1/namespaces?limit=1", "k8s.io.api.core.v1", "NamespaceList"),
);

test("refusals (WIR-07)", { skip }, async () => {
  for (const path of [
    "/api/v1/namespaces/default/pods/none",
    "/api/v1/pods?fieldSelector=spec.nope%3Dx",
    "/api/v1/pods?resourceVersionMatch=Exact",
    "/apis/nope.io/v1",
    "/version/nope",
  ]) {
    await both(path, META, "Status");
  }
});

test("metadata alone (WIR-07)", { skip }, async () => {
  const shape = (as: string, version: string): string => `;as=${as};g=meta.k8s.io;v=${version}`;
  const path = "/api/v1/namespaces/kube-system";
  await both(path, META, "PartialObjectMetadata", shape("PartialObjectMetadata", "v1"));
  await both("/api/v1/namespaces", META, "PartialObjectMetadataList", shape("PartialObjectMetadataList", "v1"));
  const beta = "k8s.io.apimachinery.pkg.apis.meta.v1beta1";
  await both("/api/v1/namespaces", beta, "PartialObjectMetadataList", shape("PartialObjectMetadataList", "v1beta1"));
});

test("discovery (WIR-07)", { skip }, async () => {
  await both("/api", META, "APIVersions");
  await both("/apis", META, "APIGroupList");
  await both("/apis/apps", META, "APIGroup");
  for (const path of ["/api/v1", "/apis/apps/v1", "/apis/autoscaling/v2"]) await both(path, META, "APIResourceList");
  for (const version of ["v2", "v2beta1"]) {
    const shape = `;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    for (const path of ["/api", "/apis"]) {
      await both(path, `k8s.io.api.apidiscovery.${version}`, "APIGroupDiscoveryList", shape);
    }
  }
});

test("an event of a watch (WIR-08)", { skip }, async () => {
  const path = "/api/v1/namespaces?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dkube-system";
  const headers = { accept: `${PROTOBUF_TYPE};stream=watch` };
  const { bytes } = await api.ask(path, { headers, onPiece: () => false });
  assert.equal(bytes.readUInt32BE(0), bytes.length - 4);
  const length = bytes[5] ?? 0;
  assert.equal(bytes.subarray(6, 6 + length).toString(), "ADDED");
  const envelope = open(bytes.subarray(bytes.indexOf("k8s\0")));
  const json = (await api.ask("/api/v1/namespaces/kube-system")).json();
  const { apiVersion: _apiVersion, kind: _kind, ...fields } = json;
  assert.deepEqual(plain(read("k8s.io.api.core.v1", "Namespace", envelope.raw), fields), plain(fields, fields));
});
