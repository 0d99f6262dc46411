// The API server in process: verbs, rules of metadata, lists and watches over the memory store.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { builtinKinds } from "@knots/api";
import type { ApiRequest, Transport, WatchEvent } from "@knots/client";
import { type ApiError, isApiError, type KubeObject } from "@knots/machinery";
import { createVirtualClock, seededRandom } from "@knots/std";
import { onEtcd, openTestStore } from "../../../testkit/etcd/test-store.ts";
import { createApiServer } from "./server.ts";
import { authenticated, MASTERS_GROUP } from "./user.ts";

const core = (resource: string) => ({ group: "", version: "v1", resource });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start() {
  const clock = createVirtualClock();
  const store = await openTestStore(clock);
  const server = await createApiServer({ store, clock, random: seededRandom(1), kinds: builtinKinds });
  closers.push(
    () => server.close(),
    () => store.close(),
  );
  const transport = server.transport(authenticated("admin", [MASTERS_GROUP]));
  const account = { metadata: { name: "default" } };
  await transport.request({ verb: "create", resource: core("serviceaccounts"), namespace: "default", object: account });
  return { clock, store, server, transport };
}

type Loose = KubeObject & { readonly [field: string]: unknown } & {
  readonly items: readonly KubeObject[];
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
};
const call = async (transport: Transport, request: ApiRequest): Promise<Loose> =>
  (await transport.request(request)) as unknown as Loose;
const configMap = (name: string, data: Record<string, string> = {}, more: object = {}): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...more }, data }) as KubeObject;
const inDefault = { resource: core("configmaps"), namespace: "default" } as const;

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isApiError(error), `an ApiError was expected, not ${String(error)}`);
  return error;
}

async function take(events: AsyncIterable<WatchEvent>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of events) {
    const name = event.type === "ERROR" ? String(event.object.code) : (event.object.metadata.name ?? "");
    seen.push(`${event.type} ${name}`);
    if (seen.length === count) break;
  }
  return seen;
}

test("an object is created, read, listed, updated and deleted (REST-01, REST-04)", async () => {
  const { transport } = await start();
  const made = await call(transport, { verb: "create", ...inDefault, object: configMap("a", { x: "1" }) });
  assert.equal(made.metadata.name, "a");
  assert.match(made.metadata.uid ?? "", /^[0-9a-f-]{36}$/);
  assert.ok(Object.isFrozen(made) && Object.isFrozen(made.metadata));
  const read = await call(transport, { verb: "get", ...inDefault, name: "a" });
  if (onEtcd) assert.deepEqual(read, made);
  else assert.equal(read, made, "the same frozen object");
  const list = await call(transport, { verb: "list", ...inDefault });
  assert.deepEqual(list.items, [made]);
  const object = { ...made, data: { x: "2" } } as unknown as KubeObject;
  const updated = await call(transport, { verb: "update", ...inDefault, name: "a", object });
  assert.ok(Number(updated.metadata.resourceVersion) > Number(made.metadata.resourceVersion));
  const stale = await failure(transport.request({ verb: "update", ...inDefault, name: "a", object }));
  assert.equal(stale.code, 409);
  assert.equal(
    stale.message,
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
  const gone = await call(transport, { verb: "delete", ...inDefault, name: "a" });
  assert.equal((gone as { status?: string }).status, "Success");
  const missing = await failure(transport.request({ verb: "get", ...inDefault, name: "a" }));
  assert.equal(missing.message, 'configmaps "a" not found');
});

test("an update without a version is blind; an equal one writes nothing (REST-04, REST-09)", async () => {
  const { transport } = await start();
  const made = await call(transport, { verb: "create", ...inDefault, object: configMap("a", { x: "1" }) });
  const same = await call(transport, { verb: "update", ...inDefault, name: "a", object: configMap("a", { x: "1" }) });
  assert.equal(same.metadata.resourceVersion, made.metadata.resourceVersion);
  const next = await call(transport, { verb: "update", ...inDefault, name: "a", object: configMap("a", { x: "2" }) });
  assert.notEqual(next.metadata.resourceVersion, made.metadata.resourceVersion);
});

test("generated names are drawn until one is free (REST-02)", async () => {
  const { transport } = await start();
  const object = { metadata: { generateName: "web-" } };
  const names = new Set<string>();
  for (let count = 0; count < 200; count++)
    names.add((await call(transport, { verb: "create", ...inDefault, object })).metadata.name ?? "");
  assert.equal(names.size, 200);
  for (const name of names) assert.match(name, /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test("a watch sees what happens after the list, in order, and the deletion with its own version (WATCH-04)", async () => {
  const { transport } = await start();
  await call(transport, { verb: "create", ...inDefault, object: configMap("old") });
  const list = await call(transport, { verb: "list", ...inDefault });
  const options = { resourceVersion: list.metadata.resourceVersion ?? "" };
  const events = await transport.watch({ verb: "watch", ...inDefault, options });
  await call(transport, { verb: "create", ...inDefault, object: configMap("a") });
  await call(transport, { verb: "update", ...inDefault, name: "a", object: configMap("a", { x: "1" }) });
  await call(transport, { verb: "delete", ...inDefault, name: "a" });
  assert.deepEqual(await take(events, 3), ["ADDED a", "MODIFIED a", "DELETED a"]);
});

test("a watch with initial events ends them with a bookmark (WATCH-01)", async () => {
  const { transport } = await start();
  await call(transport, { verb: "create", ...inDefault, object: configMap("a") });
  const options = {
    sendInitialEvents: true,
    resourceVersionMatch: "NotOlderThan",
    allowWatchBookmarks: true,
  } as const;
  const events = await transport.watch({ verb: "watch", ...inDefault, options });
  const first: WatchEvent[] = [];
  for await (const event of events) {
    first.push(event);
    if (first.length === 2) break;
  }
  assert.equal(first[0]?.type, "ADDED");
  const bookmark = first[1]?.object as KubeObject;
  assert.equal(bookmark.kind, "ConfigMap");
  assert.equal(bookmark.metadata.annotations?.["k8s.io/initial-events-end"], "true");
});

test("objects that leave a selection are deleted for its watchers, those that enter are added (WATCH-16)", async () => {
  const { transport } = await start();
  const labelled = (app: string): KubeObject => configMap("a", {}, { labels: { app } });
  const events = await transport.watch({ verb: "watch", ...inDefault, options: { labelSelector: "app=in" } });
  await call(transport, { verb: "create", ...inDefault, object: labelled("out") });
  await call(transport, { verb: "update", ...inDefault, name: "a", object: labelled("in") });
  await call(transport, { verb: "update", ...inDefault, name: "a", object: labelled("out") });
  assert.deepEqual(await take(events, 2), ["ADDED a", "DELETED a"]);
});

test("pages of one list come from one revision (WATCH-10)", async () => {
  const { transport } = await start();
  for (const name of ["a", "b", "c", "d", "e"])
    await call(transport, { verb: "create", ...inDefault, object: configMap(name) });
  const first = await call(transport, { verb: "list", ...inDefault, options: { limit: 2 } });
  assert.equal(first.metadata.remainingItemCount, 3);
  await call(transport, { verb: "create", ...inDefault, object: configMap("bb") });
  await call(transport, { verb: "delete", ...inDefault, name: "d" });
  const token = first.metadata.continue ?? "";
  const second = await call(transport, { verb: "list", ...inDefault, options: { limit: 9, continue: token } });
  const names = [...first.items, ...second.items].map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ["a", "b", "c", "d", "e"]);
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
});

test("a page whose revision was compacted offers a token to go on with (WATCH-11)", async () => {
  const { transport, store } = await start();
  for (const name of ["a", "b", "c"]) await call(transport, { verb: "create", ...inDefault, object: configMap(name) });
  const first = await call(transport, { verb: "list", ...inDefault, options: { limit: 1 } });
  await call(transport, { verb: "delete", ...inDefault, name: "b" });
  await store.compact((await store.status()).revision);
  const options = { limit: 5, continue: first.metadata.continue ?? "" };
  const error = await failure(transport.request({ verb: "list", ...inDefault, options }));
  assert.equal(error.reason, "Expired");
  const rest = await call(transport, {
    verb: "list",
    ...inDefault,
    options: { limit: 5, continue: error.status.metadata.continue ?? "" },
  });
  assert.deepEqual(
    rest.items.map(({ metadata }) => metadata.name),
    ["c"],
  );
});

test("a version from the future is waited for three seconds (WATCH-06)", async () => {
  const { transport, clock } = await start();
  const options = { resourceVersion: "999999", resourceVersionMatch: "NotOlderThan" } as const;
  const answer = failure(transport.request({ verb: "list", ...inDefault, options }));
  await clock.advance(3000);
  const error = await answer;
  assert.equal(error.code, 504);
  assert.equal(error.status.details?.causes?.[0]?.reason, "ResourceVersionTooLarge");
});

test("finalizers keep a deleted object until the last one is taken away", async () => {
  const { transport } = await start();
  const object = configMap("a", {}, { finalizers: ["example.com/hold"] });
  await call(transport, { verb: "create", ...inDefault, object });
  const marked = await call(transport, { verb: "delete", ...inDefault, name: "a" });
  assert.ok(marked.metadata.deletionTimestamp);
  const patch = {
    type: "application/json-patch+json",
    body: [{ op: "remove", path: "/metadata/finalizers" }],
  } as const;
  await call(transport, { verb: "patch", ...inDefault, name: "a", patch });
  assert.equal((await failure(transport.request({ verb: "get", ...inDefault, name: "a" }))).code, 404);
});

const pod = (name: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { containers: [{ name: "main", image: "image" }] },
  }) as KubeObject;
const pods = { resource: core("pods"), namespace: "default" } as const;

test("a bound pod is deleted with grace, an unbound one at once", async () => {
  const { transport } = await start();
  const made = await call(transport, { verb: "create", ...pods, object: pod("a") });
  assert.deepEqual(made["status"], { phase: "Pending", qosClass: "BestEffort" });
  await call(transport, { verb: "create", ...pods, object: pod("b") });
  const binding = { metadata: { name: "a" }, target: { kind: "Node", name: "n1" } } as KubeObject;
  await call(transport, { verb: "create", ...pods, name: "a", subresource: "binding", object: binding });
  const bound = await call(transport, { verb: "get", ...pods, name: "a" });
  assert.equal((bound["spec"] as { nodeName?: string }).nodeName, "n1");
  assert.equal(bound.metadata.generation, 1, "a binding is no new wish of the pod's owner");
  const marked = await call(transport, { verb: "delete", ...pods, name: "a" });
  assert.equal(marked.metadata.deletionGracePeriodSeconds, 30);
  assert.equal(
    ((await call(transport, { verb: "delete", ...pods, name: "b" })) as { status?: string }).status,
    "Success",
  );
  const none = { gracePeriodSeconds: 0 };
  await call(transport, { verb: "delete", ...pods, name: "a", delete: none });
  assert.equal((await failure(transport.request({ verb: "get", ...pods, name: "a" }))).code, 404);
});

test("status and spec are written through their own doors (REST-03)", async () => {
  const { transport } = await start();
  const made = await call(transport, { verb: "create", ...pods, object: pod("a") });
  const running = { ...made, spec: {}, status: { phase: "Running" } } as unknown as KubeObject;
  const after = await call(transport, { verb: "update", ...pods, name: "a", subresource: "status", object: running });
  assert.deepEqual(after["spec"], made["spec"]);
  assert.equal((after["status"] as { phase?: string }).phase, "Running");
  const label = { ...after, status: { phase: "Failed" }, metadata: { ...after.metadata, labels: { x: "y" } } };
  const whole = await call(transport, { verb: "update", ...pods, name: "a", object: label });
  assert.deepEqual(whole["status"], after["status"]);
});

test("a deployment counts generations of its spec and scales (REST-03)", async () => {
  const { transport } = await start();
  const deployments = {
    resource: { group: "apps", version: "v1", resource: "deployments" },
    namespace: "default",
  } as const;
  const template = { metadata: { labels: { app: "x" } }, spec: { containers: [{ name: "main", image: "image" }] } };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "x" },
    spec: { selector: { matchLabels: { app: "x" } }, template },
  } as KubeObject;
  const made = await call(transport, { verb: "create", ...deployments, object });
  assert.equal(made.metadata.generation, 1);
  const merge = "application/merge-patch+json";
  const patch = { type: merge, body: { spec: { replicas: 4 } } } as const;
  const scaled = await call(transport, { verb: "patch", ...deployments, name: "x", subresource: "scale", patch });
  assert.deepEqual(scaled["status"], { replicas: 0, selector: "app=x" });
  const now = await call(transport, { verb: "get", ...deployments, name: "x" });
  assert.equal((now["spec"] as { replicas?: number }).replicas, 4);
  assert.equal(now.metadata.generation, 2);
  const strategic = {
    type: "application/strategic-merge-patch+json",
    body: { metadata: { labels: { a: "b" } } },
  } as const;
  const labelled = await call(transport, { verb: "patch", ...deployments, name: "x", patch: strategic });
  assert.equal(labelled.metadata.generation, 2);
});

test("faults of a body are told with their fields", async () => {
  const { transport } = await start();
  const bad = await failure(transport.request({ verb: "create", ...inDefault, object: configMap("Bad_Name") }));
  assert.equal(bad.code, 422);
  assert.equal(bad.status.details?.causes?.[0]?.field, "metadata.name");
  const options = { fieldValidation: "Strict" } as const;
  const object = { metadata: { name: "a" }, nonsense: 1 } as KubeObject;
  const unknown = await failure(transport.request({ verb: "create", ...inDefault, object, options }));
  assert.match(unknown.message, /strict decoding error: unknown field "nonsense"/);
});

test("services get unique addresses and ports, keep them, and give them back", async () => {
  const { transport, store } = await start();
  const services = { resource: core("services"), namespace: "default" } as const;
  const service = (name: string, spec: object): KubeObject =>
    ({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } }) as KubeObject;
  const specOf = (object: Loose): { clusterIP: string; ports: { nodePort: number }[] } =>
    object["spec"] as { clusterIP: string; ports: { nodePort: number }[] };
  const a = await call(transport, { verb: "create", ...services, object: service("a", { type: "NodePort" }) });
  const { clusterIP, ports } = specOf(a);
  assert.match(clusterIP, /^10\.(9[6-9]|10\d|11[01])\./);
  const [{ nodePort } = { nodePort: 0 }] = ports;
  assert.ok(nodePort >= 30000 && nodePort <= 32767);
  const taken = await failure(transport.request({ verb: "create", ...services, object: service("b", { clusterIP }) }));
  assert.match(
    taken.message,
    /spec.clusterIPs: Invalid value: \["10.*failed to allocate IP 10.*: provided IP is already allocated/,
  );
  const object = service("a", { type: "NodePort", selector: { app: "a" } });
  const kept = await call(transport, { verb: "update", ...services, name: "a", object });
  assert.equal(specOf(kept).clusterIP, clusterIP);
  assert.deepEqual(specOf(kept).ports, ports);
  await call(transport, { verb: "delete", ...services, name: "a" });
  await call(transport, { verb: "create", ...services, object: service("b", { clusterIP }) });
  const claims = await store.range({ start: "/registry/ranges/", end: "/registry/ranges0" });
  assert.deepEqual(
    claims.items.map(({ key }) => key),
    ["10.96.0.1", clusterIP].map((address) => `/registry/ranges/serviceips/${address}`).sort(),
  );
});

test("a patch of a service's one address means the list as well; taking it away keeps both", async () => {
  const { transport } = await start();
  const services = { resource: core("services"), namespace: "default" } as const;
  const object = { metadata: { name: "a" }, spec: { ports: [{ port: 80 }] } } as unknown as KubeObject;
  const made = await call(transport, { verb: "create", ...services, object });
  const patch = (spec: object): ApiRequest => ({
    verb: "patch",
    ...services,
    name: "a",
    patch: { type: "application/merge-patch+json", body: { spec } as never },
  });
  const moved = await failure(transport.request(patch({ clusterIP: "10.96.9.9" })));
  assert.equal(
    moved.message,
    'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set',
  );
  for (const spec of [{ clusterIP: "" }, { clusterIP: null, clusterIPs: null }]) {
    assert.deepEqual((await call(transport, patch(spec)))["spec"], made["spec"]);
  }
});

test("the kubernetes Service is there even when nobody says where the server is reached", async () => {
  const { transport } = await start();
  const { spec } = await call(transport, {
    verb: "get",
    resource: core("services"),
    namespace: "default",
    name: "kubernetes",
  });
  assert.equal((spec as { clusterIP: string }).clusterIP, "10.96.0.1");
  const slices = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };
  assert.deepEqual((await call(transport, { verb: "list", resource: slices })).items, []);
});

test("a patch that leaves an unreadable object is invalid, and shown", async () => {
  const { transport } = await start();
  await call(transport, { verb: "create", ...inDefault, object: configMap("a", { x: "1" }) });
  const options = { fieldValidation: "Strict" } as const;
  const patch = async (type: string, body: unknown): Promise<string> => {
    const request = { verb: "patch", ...inDefault, name: "a", options, patch: { type, body } } as ApiRequest;
    const error = await failure(transport.request(request));
    assert.deepEqual([error.code, error.reason, error.status.details?.causes?.[0]?.field], [422, "Invalid", "patch"]);
    return error.message;
  };
  const body = { nope: [{ b: 1, a: null }, true] };
  assert.equal(
    await patch("application/strategic-merge-patch+json", body),
    ' "" is invalid: patch: Invalid value: "map[nope:[map[a:<nil> b:1] true]]": strict decoding error: unknown field "nope"',
  );
  assert.match(
    await patch("application/merge-patch+json", { data: { x: 1 } }),
    /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal number into Go struct field ConfigMap.data of type string$/,
  );
});

test("pods get an account, its token, tolerations and a priority", async () => {
  const { transport } = await start();
  const made = await call(transport, { verb: "create", ...pods, object: pod("a") });
  const spec = made["spec"] as {
    serviceAccountName: string;
    volumes: { name: string }[];
    tolerations: object[];
    priority: number;
    containers: { volumeMounts: { mountPath: string }[] }[];
  };
  assert.equal(spec.serviceAccountName, "default");
  assert.match(spec.volumes[0]?.name ?? "", /^kube-api-access-.{5}$/);
  assert.equal(spec.containers[0]?.volumeMounts[0]?.mountPath, "/var/run/secrets/kubernetes.io/serviceaccount");
  assert.equal(spec.tolerations.length, 2);
  assert.equal(spec.priority, 0);
});

test("nothing is created in a namespace that is missing or going away", async () => {
  const { transport } = await start();
  const elsewhere = { ...inDefault, namespace: "team" } as const;
  const missing = await failure(transport.request({ verb: "create", ...elsewhere, object: configMap("a") }));
  assert.equal(missing.message, 'namespaces "team" not found');
  const namespaces = { resource: core("namespaces") } as const;
  await call(transport, { verb: "create", ...namespaces, object: { metadata: { name: "team" } } });
  const going = await call(transport, { verb: "delete", ...namespaces, name: "team" });
  assert.deepEqual(going["status"], { phase: "Terminating" });
  const late = await failure(transport.request({ verb: "create", ...elsewhere, object: configMap("a") }));
  assert.equal(late.code, 403);
  assert.equal(late.status.details?.causes?.[0]?.reason, "NamespaceTerminating");
  const done = { ...going, spec: {} } as KubeObject;
  await call(transport, { verb: "update", ...namespaces, name: "team", subresource: "finalize", object: done });
  assert.equal((await failure(transport.request({ verb: "get", ...namespaces, name: "team" }))).code, 404);
});

test("closing ends watches and leaves no timer behind", async () => {
  const { transport, server, clock, store } = await start();
  const events = await transport.watch({ verb: "watch", ...inDefault, options: { allowWatchBookmarks: true } });
  const all = take(events, 99);
  server.drain();
  assert.equal((await all).length, 0);
  await server.close();
  await store.close();
  assert.equal(clock.nextAt(), undefined);
});
