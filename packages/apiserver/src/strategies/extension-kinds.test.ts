// Certificate requests, definitions of custom kinds, API services: what the server writes itself, and what clients cannot.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { builtinKinds } from "@knots/api";
import type { ApiRequest } from "@knots/client";
import { isApiError, type KubeObject } from "@knots/machinery";
import { createVirtualClock, seededRandom } from "@knots/std";
import { openMemoryStore } from "@knots/store";
import { type ApiServer, createApiServer } from "../server.ts";
import { authenticated, MASTERS_GROUP, type User } from "../user.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const admin = authenticated("admin", [MASTERS_GROUP]);
const jane: User = { ...authenticated("jane", ["team"]), uid: "7", extra: { "example.com/desk": ["3"] } };

async function start(): Promise<ApiServer> {
  const clock = createVirtualClock();
  const store = openMemoryStore({ clock });
  const server = await createApiServer({ store, clock, random: seededRandom(1), kinds: builtinKinds });
  closers.push(
    () => server.close(),
    () => store.close(),
  );
  return server;
}

type Body = KubeObject & { readonly [field: string]: Readonly<Record<string, unknown>> };
const send = async (server: ApiServer, user: User, request: ApiRequest): Promise<Body> =>
  (await server.transport(user).request(request)) as unknown as Body;
const named = (name: string, fields: object): KubeObject => ({ metadata: { name }, ...fields });
const v1 = (group: string, resource: string) => ({ group, version: "v1", resource });

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isApiError(error), `an ApiError was expected, not ${String(error)}`);
  return error.message;
}

const REQUESTS = v1("certificates.k8s.io", "certificatesigningrequests");
const PEM = btoa("-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n");
const wanted = { request: PEM, signerName: "example.com/clients", usages: ["client auth"] };
const condition = (type: string) => ({ type, status: "True" });

const conditionsOf = (body: Body): readonly Readonly<Record<string, string>>[] =>
  (body["status"]?.["conditions"] ?? []) as readonly Readonly<Record<string, string>>[];

async function grant(server: ApiServer, rules: readonly object[]): Promise<void> {
  const rbac = (resource: string) => v1("rbac.authorization.k8s.io", resource);
  const role = named("r", { rules });
  const binding = named("b", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "jane" }],
  });
  await send(server, admin, { verb: "create", resource: rbac("clusterroles"), object: role });
  await send(server, admin, { verb: "create", resource: rbac("clusterrolebindings"), object: binding });
}
const requestsOf = (verbs: readonly string[], ...resources: readonly string[]) => ({
  apiGroups: ["certificates.k8s.io"],
  verbs,
  resources,
});

test("who asks for a certificate is told by the server, and nobody asks for an approved one", async () => {
  const server = await start();
  await grant(server, [requestsOf(["create"], "certificatesigningrequests")]);
  const object = named("r", {
    spec: { ...wanted, username: "admin", groups: ["system:masters"] },
    status: { conditions: [condition("Approved")] },
  });
  const { spec, status } = await send(server, jane, { verb: "create", resource: REQUESTS, object });
  assert.deepEqual(spec, {
    ...wanted,
    username: "jane",
    uid: "7",
    groups: ["team", "system:authenticated"],
    extra: { "example.com/desk": ["3"] },
  });
  assert.deepEqual(status ?? {}, {});
});

test("what is asked for stays, decisions and certificates go through their own doors", async () => {
  const server = await start();
  const made = await send(server, admin, { verb: "create", resource: REQUESTS, object: named("r", { spec: wanted }) });
  const change = (subresource: string | undefined, more: object): Promise<Body> => {
    const object = { ...made, metadata: { name: "r" }, ...more } as KubeObject;
    return send(server, admin, {
      verb: "update",
      resource: REQUESTS,
      name: "r",
      object,
      ...(subresource && { subresource }),
    });
  };
  const whole = await change(undefined, {
    spec: { ...wanted, signerName: "example.com/others" },
    status: { conditions: [condition("Approved")] },
  });
  assert.deepEqual([whole["spec"]?.["signerName"], whole["status"] ?? {}], ["example.com/clients", {}]);
  const state = await change("status", { status: { conditions: [condition("Approved"), condition("Seen")] } });
  const types = (body: Body): readonly (string | undefined)[] => conditionsOf(body).map((one) => one["type"]);
  assert.deepEqual(types(state), ["Seen"]);
  const approved = await change("approval", { status: { conditions: [condition("Approved")], certificate: "AQ==" } });
  assert.deepEqual([types(approved), approved["status"]?.["certificate"]], [["Approved"], undefined]);
  const [decision] = conditionsOf(approved);
  assert.ok(decision?.["lastUpdateTime"] && decision["lastTransitionTime"]);
  const issued = await change("status", { status: { certificate: "AQ==" } });
  assert.deepEqual([types(issued), issued["status"]?.["certificate"]], [["Approved"], "AQ=="]);
});

test("deciding and signing need the right of the signer", async () => {
  const server = await start();
  const rights = ["certificatesigningrequests/approval", "certificatesigningrequests/status"];
  await grant(server, [requestsOf(["update"], ...rights)]);
  const made = await send(server, admin, { verb: "create", resource: REQUESTS, object: named("r", { spec: wanted }) });
  const write = (subresource: string, status: object): Promise<Body> =>
    send(server, jane, {
      verb: "update",
      resource: REQUESTS,
      name: "r",
      subresource,
      object: { ...made, status } as KubeObject,
    });
  const refused = (verb: string): string =>
    `certificatesigningrequests.certificates.k8s.io "r" is forbidden: user not permitted to ${verb} requests with signerName "example.com/clients"`;
  assert.equal(await refusal(write("approval", { conditions: [condition("Approved")] })), refused("approve"));
  assert.equal(await refusal(write("status", { certificate: "AQ==" })), refused("sign"));
  const signers = { ...requestsOf(["approve"], "signers"), resourceNames: ["example.com/*"] };
  await send(server, admin, {
    verb: "update",
    resource: v1("rbac.authorization.k8s.io", "clusterroles"),
    name: "r",
    object: named("r", { rules: [requestsOf(["update"], ...rights), signers] }),
  });
  const approved = await write("approval", { conditions: [condition("Approved")] });
  assert.equal(conditionsOf(approved).length, 1);
});

/** Requests on P-256 keys for the name "eve" in an organization. */
const IN_MASTERS =
  "MIHiMIGJAgEAMCcxFzAVBgNVBAoMDnN5c3RlbTptYXN0ZXJzMQwwCgYDVQQDDANldmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASSKVbnTBzYIIMcHUWjPmyH66OQBvR/7pKD6kvxjx4kY2PTWJ+ZMd7D+FpbjKFQ9RCat76YtQZtZpKSTm1ezYp1oAAwCgYIKoZIzj0EAwIDSAAwRQIgFrmdAJRdg8zENPdQDrCjQ+12dDnZWL3gcuaj29J3QCMCIQD3UPluxgWyURriKrqseN2vNYzfqTqTXDO8YPqfmp1EcQ==";
const IN_TEAM =
  "MIHXMH8CAQAwHTENMAsGA1UECgwEdGVhbTEMMAoGA1UEAwwDZXZlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELEroEnQcLsecQroA3MIB6x56ssKRKrIM4Ipqy1K7s/7dM5HS+6TsrEuHX1/KGFjWBPkPMpORKTNJCjEBpOCf76AAMAoGCCqGSM49BAMCA0gAMEUCIQDkS5CRgBXxOkuHnKtjfRkm58/jf5q6T/PtOVfEJNu7nAIgIZdcPqTX2R+nSN52FJRw6j3mPjJl56tRYHBKv9MdDvo=";

test("nobody asks for a client certificate of the group of administrators", async () => {
  const server = await start();
  const ask = (name: string, body: string, signerName = "kubernetes.io/kube-apiserver-client"): Promise<Body> => {
    const request = btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`);
    return send(server, admin, {
      verb: "create",
      resource: REQUESTS,
      object: named(name, { spec: { ...wanted, request, signerName } }),
    });
  };
  assert.equal(
    await refusal(ask("a", IN_MASTERS)),
    'certificatesigningrequests.certificates.k8s.io "a" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
  await ask("b", IN_TEAM);
  await ask("d", "no base64!");
  await ask("c", IN_MASTERS, "example.com/clients");
});

test("something else than a request is refused", async () => {
  const server = await start();
  const object = named("r", { spec: { ...wanted, request: btoa("hello") } });
  const message = await refusal(send(server, admin, { verb: "create", resource: REQUESTS, object }));
  assert.match(message, /spec\.request: Invalid value: .*PEM block type must be CERTIFICATE REQUEST/);
});

test("a definition of a custom kind remembers the versions that were stored, and claims nothing more", async () => {
  const server = await start();
  const resource = v1("apiextensions.k8s.io", "customresourcedefinitions");
  const schema = { openAPIV3Schema: { type: "object" } };
  const versions = (stored: string) =>
    ["v1", "v2"].map((name) => ({ name, served: true, storage: name === stored, schema }));
  const spec = { group: "example.com", scope: "Cluster", names: { plural: "shirts", kind: "Shirt" } };
  const object = named("shirts.example.com", { spec: { ...spec, versions: versions("v1") } });
  const status = { conditions: [condition("Established")], acceptedNames: { plural: "shirts", kind: "Shirt" } };
  const made = await send(server, admin, { verb: "create", resource, object: { ...object, status } as KubeObject });
  const none = { acceptedNames: { plural: "", kind: "" } };
  assert.deepEqual(made["status"], { ...none, storedVersions: ["v1"] });
  const next = { ...made, spec: { ...spec, versions: versions("v2") } } as unknown as KubeObject;
  const changed = await send(server, admin, { verb: "update", resource, name: "shirts.example.com", object: next });
  assert.deepEqual(changed["status"], { ...none, storedVersions: ["v1", "v2"] });
  assert.equal(changed.metadata.generation, 2);
});

test("API services of what is served are there and can be used; others wait for somebody to say so", async () => {
  const server = await start();
  const resource = v1("apiregistration.k8s.io", "apiservices");
  const local = await send(server, admin, { verb: "get", resource, name: "v1.apps" });
  assert.deepEqual(local["spec"], { group: "apps", version: "v1", groupPriorityMinimum: 17_800, versionPriority: 15 });
  const [available] = conditionsOf(local);
  assert.deepEqual([available?.["type"], available?.["status"], available?.["reason"]], ["Available", "True", "Local"]);
  const spec = { group: "example.com", version: "v1", groupPriorityMinimum: 1, versionPriority: 1 };
  const object = named("v1.example.com", {
    spec: { ...spec, service: { namespace: "a", name: "b" } },
    status: { conditions: [condition("Available")] },
  });
  const remote = await send(server, admin, { verb: "create", resource, object });
  assert.deepEqual(remote["status"] ?? {}, {});
  assert.deepEqual(remote["spec"]?.["service"], { namespace: "a", name: "b", port: 443 });
});
