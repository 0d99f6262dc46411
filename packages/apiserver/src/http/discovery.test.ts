// Discovery, version, issuer and health on the wire: every form says the same, and what it says works.
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signingKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  api = await serveApi({ server: { tokens: { issuer: "https://kubernetes.default.svc", signingKey } } });
});
after(() => api.close());

interface Resource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: documents of several shapes, read by assertions only
async function json(path: string, accept = "application/json"): Promise<any> {
  const reply = await api.ask(path, { headers: { accept } });
  assert.equal(reply.status, 200, `${path}: ${reply.text}`);
  return reply.json();
}
const aggregatedType = (version: string): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
const baseOf = (groupVersion: string): string =>
  groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;

/** Every group and version with its resources, from the single documents. */
async function single(): Promise<Map<string, readonly Resource[]>> {
  const { versions } = await json("/api");
  const { groups } = await json("/apis");
  const names: string[] = [
    ...versions,
    ...groups.flatMap((group: { versions: { groupVersion: string }[] }) =>
      group.versions.map(({ groupVersion }) => groupVersion),
    ),
  ];
  const found = new Map<string, readonly Resource[]>();
  for (const name of names) {
    const { groupVersion, resources } = await json(baseOf(name));
    assert.equal(groupVersion, name);
    found.set(name, resources);
  }
  return found;
}

/** The same from the aggregated documents. */
async function aggregated(version: string): Promise<Map<string, readonly Resource[]>> {
  const found = new Map<string, readonly Resource[]>();
  for (const path of ["/api", "/apis"]) {
    for (const { metadata, versions } of (await json(path, aggregatedType(version))).items) {
      for (const one of versions) {
        assert.equal(one.freshness, "Current");
        const name = metadata.name ? `${metadata.name}/${one.version}` : one.version;
        found.set(
          name,
          one.resources.flatMap((resource: Aggregated) => flat(resource, name)),
        );
      }
    }
  }
  return found;
}

interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
interface Aggregated {
  readonly resource: string;
  readonly singularResource: string;
  readonly scope: string;
  readonly responseKind: Gvk;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind: Gvk;
    readonly verbs: readonly string[];
  }[];
}

/** An entry of the aggregated form as entries of the single documents, without the hash that it has not. */
function flat(entry: Aggregated, groupVersion: string): Resource[] {
  const named = ({ group, version, kind }: Gvk): Partial<Gvk> & { readonly kind: string } =>
    [group, version].filter((part) => part !== "").join("/") === groupVersion || (group === "" && version === "")
      ? { kind }
      : { ...(group !== "" && { group }), version, kind };
  const { resource, singularResource, scope, responseKind, verbs, shortNames, categories, subresources = [] } = entry;
  const namespaced = scope === "Namespaced";
  return [
    {
      name: resource,
      singularName: singularResource,
      namespaced,
      ...named(responseKind),
      verbs,
      ...(shortNames && { shortNames }),
      ...(categories && { categories }),
    },
    ...subresources.map((sub) => ({
      name: `${resource}/${sub.subresource}`,
      singularName: "",
      namespaced,
      ...named(sub.responseKind),
      verbs: sub.verbs,
    })),
  ];
}

const comparable = (all: Map<string, readonly Resource[]>): object =>
  Object.fromEntries(
    [...all].map(([name, resources]) => [
      name,
      resources.map(({ storageVersionHash: _hash, ...rest }) => rest).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ]),
  );

test("both aggregated forms and the single documents say the same (DSC-01, DSC-02, DSC-03, DSC-10, LIB-02)", async () => {
  const expected = comparable(await single());
  for (const version of ["v2", "v2beta1"]) {
    const reply = await api.ask("/apis", { headers: { accept: `${aggregatedType(version)},application/json` } });
    assert.equal(reply.headers["content-type"], aggregatedType(version));
    assert.deepEqual(comparable(await aggregated(version)), expected);
  }
  assert.deepEqual((await json("/apis?profile=nopeer", aggregatedType("v2"))).kind, "APIGroupDiscoveryList");
});

test("resources have their names, hashes and the kinds of their subresources (DSC-04, DSC-05, DSC-06)", async () => {
  const all = await single();
  const find = (groupVersion: string, name: string): Resource | undefined =>
    all.get(groupVersion)?.find((one) => one.name === name);
  const pods = find("v1", "pods");
  assert.deepEqual(
    [pods?.singularName, pods?.namespaced, pods?.shortNames, pods?.categories],
    ["pod", true, ["po"], ["all"]],
  );
  assert.match(pods?.storageVersionHash ?? "", /^[A-Za-z0-9+/]{11}=$/);
  const subresource = (groupVersion: string, name: string): unknown => {
    const { group, version, kind } = find(groupVersion, name) ?? {};
    return [group, version, kind];
  };
  assert.deepEqual(subresource("v1", "pods/eviction"), ["policy", "v1", "Eviction"]);
  assert.deepEqual(subresource("v1", "serviceaccounts/token"), ["authentication.k8s.io", "v1", "TokenRequest"]);
  for (const name of ["deployments", "statefulsets", "replicasets"])
    assert.deepEqual(subresource("apps/v1", `${name}/scale`), ["autoscaling", "v1", "Scale"]);
  assert.deepEqual(subresource("apps/v1", "deployments/status"), [undefined, undefined, "Deployment"]);
});

test("the preferred version of each group is its first; groups keep their order (DSC-07)", async () => {
  const { groups } = await json("/apis");
  for (const { name, versions, preferredVersion } of groups) {
    assert.deepEqual(versions[0], preferredVersion, name);
    assert.equal(preferredVersion.groupVersion, `${name}/${preferredVersion.version}`);
    assert.deepEqual(await json(`/apis/${name}`), {
      kind: "APIGroup",
      apiVersion: "v1",
      name,
      versions,
      preferredVersion,
    });
  }
  const names = (list: { name: string }[]): string[] => list.map(({ name }) => name);
  assert.deepEqual(names((await json("/apis")).groups), names(groups));
  const { items } = await json("/apis", aggregatedType("v2"));
  assert.deepEqual(names(items.map(({ metadata }: { metadata: { name: string } }) => metadata)), names(groups));
});

const WATCH = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
const METHODS: Readonly<Record<string, readonly [method: string, place: "/x" | ""]>> = {
  get: ["GET", "/x"],
  list: ["GET", ""],
  create: ["POST", ""],
  update: ["PUT", "/x"],
  patch: ["PATCH", "/x"],
  delete: ["DELETE", "/x"],
  deletecollection: ["DELETE", ""],
};

test("verbs are those that work, all others are 405 (DSC-08, WIR-05)", async () => {
  for (const [groupVersion, resources] of await single()) {
    for (const { name, namespaced, verbs } of resources.filter((one) => !one.name.includes("/"))) {
      const path = `${baseOf(groupVersion)}${namespaced ? "/namespaces/verbs" : ""}/${name}`;
      for (const [verb, [method, place]] of Object.entries(METHODS)) {
        const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
        const sent = ["POST", "PUT", "PATCH"].includes(method) ? { body: "{}", headers: { "content-type": type } } : {};
        const { status, text } = await api.ask(`${path}${place}?dryRun=All`, { method, ...sent });
        assert.equal(status === 405, !verbs.includes(verb), `${verb} ${path}: ${status} ${text}`);
      }
      const watch = await api.ask(`${path}?${WATCH}`, { onPiece: () => false });
      assert.equal(watch.status === 405, !verbs.includes("watch"), `watch ${path}: ${watch.status}`);
    }
  }
});

test("discovery is 304 for who has it (DSC-11)", async () => {
  for (const path of ["/api", "/apis"]) {
    for (const version of ["v2", "v2beta1"]) {
      const headers = { accept: aggregatedType(version) };
      const first = await api.ask(path, { headers });
      const etag = String(first.headers["etag"]);
      assert.match(String(first.headers["vary"]), /Accept/);
      const again = await api.ask(path, { headers: { ...headers, "if-none-match": etag } });
      assert.deepEqual([again.status, again.text], [304, ""]);
      assert.equal((await api.ask(path, { headers: { ...headers, "if-none-match": '"other"' } })).status, 200);
    }
  }
});

test("the version parses, with all its fields, and fits what charts ask for (DSC-12, DSC-13)", async () => {
  const version = await json("/version");
  const [, major, minor, patch, before] =
    /^v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.exec(version.gitVersion) ?? [];
  assert.deepEqual([major, minor], [version.major, version.minor]);
  assert.ok(patch !== undefined && Number(minor) >= 25);
  assert.equal(before, undefined, "a pre-release would be outside of every range without one");
  for (const name of [
    "gitCommit",
    "gitTreeState",
    "buildDate",
    "goVersion",
    "compiler",
    "platform",
    "emulationMajor",
    "emulationMinor",
    "minCompatibilityMajor",
    "minCompatibilityMinor",
  ])
    assert.equal(typeof version[name], "string", name);
  assert.match(version.platform, /^linux\/(amd64|arm64)$/);
  assert.ok(!Number.isNaN(Date.parse(version.buildDate)));
});

test("media types with an @ are understood wherever they stand (DSC-18)", async () => {
  const odd = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  const gnostic = await api.ask("/openapi/v2", { headers: { accept: odd } });
  assert.deepEqual(
    [gnostic.status, gnostic.headers["content-type"]],
    [200, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"],
  );
  assert.equal((await api.ask("/api/v1/namespaces", { headers: { accept: `${odd},application/json` } })).status, 200);
  assert.equal((await api.ask("/api/v1/namespaces", { headers: { accept: odd } })).status, 406);
});

test("the issuer of tokens says where its keys are, and they verify a token (DSC-23)", async () => {
  const configuration = await json("/.well-known/openid-configuration");
  assert.deepEqual(configuration.response_types_supported, ["id_token"]);
  assert.match(configuration.jwks_uri, /\/openid\/v1\/jwks$/);
  const { keys } = await json("/openid/v1/jwks");
  assert.ok(keys.length > 0);
  const headers = { "content-type": "application/json" };
  const accounts = "/api/v1/namespaces/default/serviceaccounts";
  await api.ask(accounts, { method: "POST", headers, body: '{"metadata":{"name":"robot"}}' });
  const made = await api.ask(`${accounts}/robot/token`, { method: "POST", headers, body: "{}" });
  const [head = "", claims = "", signature = ""] = made.json().status.token.split(".");
  const { kid, alg } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string; alg: string };
  assert.equal(JSON.parse(Buffer.from(claims, "base64url").toString()).iss, configuration.issuer);
  const key = createPublicKey({ key: keys.find((one: { kid: string }) => one.kid === kid), format: "jwk" });
  assert.deepEqual(configuration.id_token_signing_alg_values_supported, [alg]);
  const signed = Buffer.from(`${head}.${claims}`);
  assert.ok(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")));
});

test("health has details and single checks; a server that drains is not ready, but alive (WIR-22)", async () => {
  const served = await serveApi({ port: { checks: [{ name: "example", check: () => undefined }] } });
  const text = async (path: string): Promise<string> => (await served.ask(path)).text;
  try {
    for (const path of ["/livez", "/readyz", "/healthz"]) {
      assert.equal(await text(path), "ok");
      assert.equal(await text(`${path}/example`), "ok");
      assert.match(
        await text(`${path}?verbose`),
        new RegExp(`\\[\\+\\]example ok\n(.*\n)*${path.slice(1)} check passed\n$`),
      );
      assert.doesNotMatch(await text(`${path}?verbose&exclude=example`), /example/);
      assert.equal((await served.ask(`${path}/none`)).status, 404);
    }
    served.server.drain();
    const ready = await served.ask("/readyz");
    assert.equal(ready.status, 500);
    assert.match(ready.text, /^\[-\]shutdown failed: reason withheld$/m);
    assert.equal(await text("/livez"), "ok");
  } finally {
    await served.close();
  }
});
