// Writes on the wire: codes and bodies, names, dry runs, strictness, deletions, faults and their causes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { builtinKinds } from "@knots/api";
import { kind, type ObjectMeta } from "@knots/machinery";
import { type Reply, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";
import { watchLines } from "../../../../testkit/watch-lines.ts";
import { LOOPBACK } from "../user.ts";

const DEFAULT = "/api/v1/namespaces/default";
const MAPS = `${DEFAULT}/configmaps`;
const PODS = `${DEFAULT}/pods`;
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

/** As a definition of a custom kind makes one. */
const Shirt = kind({
  group: "example.com",
  version: "v1",
  kind: "Shirt",
  plural: "shirts",
  scope: "Namespaced",
  doc: "A shirt.",
  definition: "com.example.v1.Shirt",
  fields: {},
  checkName: () => undefined,
  jsonOnly: true,
});

let api: ServedApi;
before(async () => {
  api = await serveApi({ server: { kinds: [...builtinKinds, Shirt] } });
  assert.equal((await send("POST", `${DEFAULT}/serviceaccounts`, { metadata: { name: "default" } })).status, 201);
});
after(() => api.close());

function send(method: string, path: string, body?: object | string, type = "application/json"): Promise<Reply> {
  if (body === undefined) return api.ask(path, { method });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return api.ask(path, { method, headers: { "content-type": type }, body: text });
}
const patch = (path: string, body: object, kind = "merge-patch"): Promise<Reply> =>
  send("PATCH", path, body, `application/${kind}+json`);
const storeRevision = async (): Promise<number> => (await api.store.status()).revision;

const labels = { app: "web" };
const podSpec = { containers: [{ name: "main", image: "nginx" }] };
const deployment = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec }, ...spec },
});

test("a creation is 201, a replacement 200, or 201 where that creates; a deletion shows a Status, or what stays (REST-01, REST-11)", async () => {
  const made = await send("POST", MAPS, { metadata: { name: "codes" }, data: { a: "1" } });
  assert.deepEqual(
    [made.status, made.json().kind, made.json().apiVersion, made.json().data],
    [201, "ConfigMap", "v1", { a: "1" }],
  );
  assert.equal((await send("PUT", `${MAPS}/codes`, made.json())).status, 200);
  const lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/codes";
  const leased = await send("PUT", lease, { metadata: { name: "codes" } });
  assert.equal(leased.status, 201);
  assert.equal((await send("PUT", lease, leased.json())).status, 200);
  assert.equal((await send("PUT", `${MAPS}/none`, { metadata: { name: "none" } })).status, 404);
  const { uid } = made.json().metadata;
  const gone = await send("DELETE", `${MAPS}/codes`);
  assert.deepEqual([gone.status, gone.json().kind, gone.json().status], [200, "Status", "Success"]);
  assert.deepEqual(gone.json().details, { name: "codes", kind: "configmaps", uid });
  await send("POST", MAPS, { metadata: { name: "held", finalizers: ["example.com/hold"] } });
  const held = await send("DELETE", `${MAPS}/held`);
  assert.deepEqual([held.status, held.json().kind], [200, "ConfigMap"]);
  assert.ok(held.json().metadata.deletionTimestamp);
  await patch(`${MAPS}/held`, { metadata: { finalizers: null } });
});

test("a thousand generated names are free ones; uid, time and generation are the server's (REST-02)", async () => {
  const transport = api.server.transport(LOOPBACK);
  const pods = { resource: { group: "", version: "v1", resource: "pods" }, namespace: "default" };
  const object = { metadata: { generateName: "many-" }, spec: podSpec };
  const names = new Set<string>();
  for (let count = 0; count < 1000; count++) {
    const metadata = (await transport.request({ verb: "create", ...pods, object })).metadata as ObjectMeta;
    assert.match(metadata.name ?? "", /^many-[a-z0-9]{5}$/);
    assert.match(metadata.uid ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(metadata.creationTimestamp ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(metadata.generation, 1);
    names.add(metadata.name ?? "");
  }
  assert.equal(names.size, 1000);
  assert.equal((await send("DELETE", PODS)).status, 200);
});

test("a change of the spec counts, labels and status do not; each door leaves the other's part alone (REST-03, LIB-04)", async () => {
  await send("POST", DEPLOYMENTS, deployment("counted"));
  const path = `${DEPLOYMENTS}/counted`;
  const generation = async (reply: Promise<Reply>): Promise<number> => (await reply).json().metadata.generation;
  assert.equal(await generation(patch(path, { metadata: { labels: { a: "b" } } })), 1);
  assert.equal(await generation(patch(path, { spec: { replicas: 3 } })), 2);
  const status = await patch(`${path}/status`, { spec: { replicas: 9 }, status: { replicas: 2 } });
  assert.deepEqual(
    [status.json().metadata.generation, status.json().spec.replicas, status.json().status.replicas],
    [2, 3, 2],
  );
  const whole = await send("PUT", path, { ...status.json(), status: { replicas: 7 } });
  assert.deepEqual([whole.json().metadata.generation, whole.json().status.replicas], [2, 2]);
});

test("a stale version is a conflict in upstream's words, none is a blind update (REST-04)", async () => {
  const made = (await send("POST", MAPS, { metadata: { name: "raced" } })).json();
  assert.equal((await send("PUT", `${MAPS}/raced`, { metadata: { name: "raced" }, data: { a: "1" } })).status, 200);
  const stale = await send("PUT", `${MAPS}/raced`, { ...made, data: { a: "2" } });
  assert.deepEqual([stale.status, stale.json().reason], [409, "Conflict"]);
  assert.match(
    stale.json().message,
    /^Operation cannot be fulfilled on configmaps "raced": the object has been modified; please apply/,
  );
  const { resourceVersion } = made.metadata;
  assert.equal((await patch(`${MAPS}/raced`, { metadata: { resourceVersion }, data: { a: "3" } })).status, 409);
});

test("a dry run of every verb answers as if, and leaves nothing (REST-07)", async () => {
  await send("POST", MAPS, { metadata: { name: "dry", labels: { dry: "yes" } } });
  await send("POST", DEPLOYMENTS, deployment("dry"));
  const before = await storeRevision();
  const service = { metadata: { name: "dry" }, spec: { ports: [{ port: 80 }] } };
  const runs: readonly (readonly [reply: Reply, status: number])[] = [
    [await send("POST", `${MAPS}?dryRun=All`, { metadata: { name: "dry-new" } }), 201],
    [await send("POST", `${MAPS}?dryRun=All`, { metadata: { generateName: "dry-" } }), 201],
    [await send("POST", `${DEFAULT}/services?dryRun=All`, service), 201],
    [await send("PUT", `${MAPS}/dry?dryRun=All`, { metadata: { name: "dry" }, data: { a: "1" } }), 200],
    [await patch(`${MAPS}/dry?dryRun=All`, { data: { a: "1" } }), 200],
    [await patch(`${DEPLOYMENTS}/dry/scale?dryRun=All`, { spec: { replicas: 4 } }), 200],
    [await send("DELETE", `${MAPS}/dry?dryRun=All`), 200],
    [await send("DELETE", `${MAPS}/dry`, { dryRun: ["All"] }), 200],
    [await send("DELETE", `${MAPS}?labelSelector=dry%3Dyes&dryRun=All`), 200],
  ];
  for (const [{ status, text }, expected] of runs) assert.equal(status, expected, text);
  assert.equal(runs[3]?.[0].json().data.a, "1");
  assert.equal((await send("POST", `${MAPS}?dryRun=All`, { metadata: { name: "Bad Name" } })).status, 422);
  assert.equal(await storeRevision(), before);
});

test("unknown and repeated fields are refused, told or ignored, as asked, in JSON and YAML, in embedded objects too (REST-08)", async () => {
  const odd = '{"metadata":{"name":"strict","name":"strict"},"spek":1}';
  const yaml = "metadata: {name: strict, name: strict}\nspek: 1\n";
  const unknown = 'unknown field "spek"';
  // Of YAML the name alone is told.
  const duplicate = (type: string): string => `duplicate field "${type.endsWith("yaml") ? "" : "metadata."}name"`;
  for (const [body, type] of [
    [odd, "application/json"],
    [yaml, "application/yaml"],
  ] as const) {
    const strict = await send("POST", `${MAPS}?fieldValidation=Strict&dryRun=All`, body, type);
    assert.deepEqual([strict.status, strict.json().reason], [400, "BadRequest"], strict.text);
    const warned = await send("POST", `${MAPS}?fieldValidation=Warn&dryRun=All`, body, type);
    assert.equal(warned.status, 201);
    const told = String(warned.headers["warning"]).replaceAll("\\", "");
    for (const fault of [unknown, duplicate(type)]) {
      assert.ok(strict.json().message.includes(fault), strict.json().message);
      assert.ok(told.includes(fault), told);
    }
    const ignored = await send("POST", `${MAPS}?fieldValidation=Ignore&dryRun=All`, body, type);
    assert.deepEqual([ignored.status, ignored.headers["warning"]], [201, undefined]);
  }
  const embedded = deployment("strict", { template: { metadata: { labels, lables: {} }, spec: podSpec } });
  const reply = await send("POST", `${DEPLOYMENTS}?fieldValidation=Strict`, embedded);
  assert.match(reply.json().message, /unknown field "spec.template.metadata.lables"/);
});

test("a write that changes nothing makes no version and no event (REST-09)", async () => {
  const made = (await send("POST", MAPS, { metadata: { name: "same" }, data: { a: "1" } })).json();
  const { resourceVersion } = made.metadata;
  const path = `${MAPS}/same`;
  const before = await storeRevision();
  const replies = [
    await send("PUT", path, made),
    await send("PUT", path, { metadata: { name: "same" }, data: { a: "1" } }),
    await patch(path, { data: { a: "1" } }),
    await patch(path, { data: { a: "1" } }, "strategic-merge-patch"),
    await send("PATCH", path, [{ op: "replace", path: "/data/a", value: "1" }], "application/json-patch+json"),
  ];
  for (const reply of replies)
    assert.deepEqual([reply.status, reply.json().metadata.resourceVersion], [200, resourceVersion]);
  assert.equal(await storeRevision(), before);
  const { lines } = await watchLines(api, `${path}?watch=1&timeoutSeconds=1&resourceVersion=${resourceVersion}`);
  assert.deepEqual(lines, []);
});

test("options of a deletion in the body or the query: preconditions, grace, what becomes of dependents (REST-10)", async () => {
  const finalizersAfter = async (query: string, body?: object): Promise<string[] | undefined> => {
    await send("POST", MAPS, { metadata: { name: "options", finalizers: ["example.com/hold"] } });
    const { metadata } = (await send("DELETE", `${MAPS}/options${query}`, body)).json();
    await patch(`${MAPS}/options`, { metadata: { finalizers: null } });
    return metadata.finalizers;
  };
  const hold = "example.com/hold";
  assert.deepEqual(await finalizersAfter(""), [hold]);
  for (const [query, body, added] of [
    ["?propagationPolicy=Orphan", undefined, "orphan"],
    ["?orphanDependents=true", undefined, "orphan"],
    ["", { propagationPolicy: "Orphan" }, "orphan"],
    ["", { orphanDependents: true }, "orphan"],
    ["?propagationPolicy=Foreground", undefined, "foregroundDeletion"],
    ["", { propagationPolicy: "Foreground" }, "foregroundDeletion"],
  ] as const) {
    assert.deepEqual(await finalizersAfter(query, body), [hold, added], `${query} ${JSON.stringify(body)}`);
  }
  const { metadata } = (await send("POST", MAPS, { metadata: { name: "options" } })).json();
  const other = await send("DELETE", `${MAPS}/options`, { preconditions: { uid: "another" } });
  assert.deepEqual([other.status, other.json().reason], [409, "Conflict"]);
  assert.match(
    other.json().message,
    /the UID in the precondition \(another\) does not match|Precondition failed: UID in precondition: another, UID in object meta: /,
  );
  assert.equal((await send("DELETE", `${MAPS}/options`, { preconditions: { resourceVersion: "1" } })).status, 409);
  const { uid, resourceVersion } = metadata;
  assert.equal((await send("DELETE", `${MAPS}/options`, { preconditions: { uid, resourceVersion } })).status, 200);
  assert.equal((await send("DELETE", `${MAPS}/options?propagationPolicy=Sometimes`)).status, 422);
  for (const [query, body] of [
    ["?gracePeriodSeconds=7", undefined],
    ["", { gracePeriodSeconds: 7 }],
  ] as const) {
    await send("POST", PODS, { metadata: { name: "graceful" }, spec: { ...podSpec, nodeName: "n1" } });
    const marked = await send("DELETE", `${PODS}/graceful${query}`, body);
    assert.equal(marked.json().metadata.deletionGracePeriodSeconds, 7);
    await send("DELETE", `${PODS}/graceful?gracePeriodSeconds=0`);
  }
});

test("a collection is deleted by labels, fields and pages (REST-12, WATCH-21)", async () => {
  const names = async (): Promise<string[]> =>
    (await api.ask(`${DEFAULT}/secrets`))
      .json()
      .items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  for (const [name, tier] of [
    ["a", "x"],
    ["b", "x"],
    ["c", "y"],
    ["d", "z"],
    ["e", "z"],
    ["f", "z"],
  ] as const)
    await send("POST", `${DEFAULT}/secrets`, { metadata: { name, labels: { tier } } });
  const answer = await send(
    "DELETE",
    `${DEFAULT}/secrets?labelSelector=${encodeURIComponent("tier in (x,y),tier!=y")}`,
  );
  assert.deepEqual([answer.status, answer.json().kind], [200, "SecretList"]);
  assert.deepEqual(await names(), ["c", "d", "e", "f"]);
  await send("DELETE", `${DEFAULT}/secrets?fieldSelector=metadata.name%3Dc`);
  await send("DELETE", `${DEFAULT}/secrets?limit=2&labelSelector=tier`);
  assert.deepEqual(await names(), ["f"]);
  await send("DELETE", `${DEFAULT}/secrets`);
  assert.deepEqual(await names(), []);
});

test("a field manager is told or taken from the user agent, and has its limit (REST-13)", async () => {
  const managers = (reply: Reply): string[] =>
    reply.json().metadata.managedFields.map(({ manager }: { manager: string }) => manager);
  const body = JSON.stringify({ metadata: { name: "managed" }, data: { a: "1" } });
  const headers = { "content-type": "application/json", "user-agent": "maker/v1.2 (linux/amd64)" };
  assert.deepEqual(managers(await api.ask(MAPS, { method: "POST", headers, body })), ["maker"]);
  assert.deepEqual(managers(await patch(`${MAPS}/managed?fieldManager=me`, { data: { b: "2" } })), ["maker", "me"]);
  const long = await patch(`${MAPS}/managed?fieldManager=${"x".repeat(129)}`, { data: { c: "3" } });
  assert.equal(long.status, 422);
  assert.match(long.json().message, /fieldManager: Too long: may not be more than 128 (bytes|characters)/);
});

test("a fault has a cause of its own, with its path and its type (REST-16)", async () => {
  const pod = (spec: object): object => ({ metadata: { name: "faulty" }, spec });
  const container = { name: "main", image: "nginx" };
  const rows: readonly (readonly [
    path: string,
    body: object,
    causes: readonly (readonly [reason: string, field: string])[],
  ])[] = [
    [PODS, pod({ containers: [] }), [["FieldValueRequired", "spec.containers"]]],
    [PODS, pod({ containers: [{ name: "A", image: "x" }] }), [["FieldValueInvalid", "spec.containers[0].name"]]],
    [
      PODS,
      pod({ containers: [container], restartPolicy: "Often" }),
      [["FieldValueNotSupported", "spec.restartPolicy"]],
    ],
    [PODS, pod({ containers: [container, container] }), [["FieldValueDuplicate", "spec.containers[1].name"]]],
    [
      PODS,
      pod({
        containers: [container],
        initContainers: [{ ...container, name: "init", livenessProbe: { tcpSocket: { port: 80 } } }],
      }),
      [["FieldValueForbidden", "spec.initContainers[0].livenessProbe"]],
    ],
    [MAPS, { metadata: { name: "faulty" }, data: { a: "x".repeat((1 << 20) + 1) } }, [["FieldValueTooLong", "[]"]]],
    [
      PODS,
      pod({ containers: [{ name: "B", image: "" }], dnsPolicy: "Never" }),
      [
        ["FieldValueInvalid", "spec.containers[0].name"],
        ["FieldValueRequired", "spec.containers[0].image"],
        ["FieldValueNotSupported", "spec.dnsPolicy"],
      ],
    ],
  ];
  for (const [path, body, causes] of rows) {
    const reply = await send("POST", path, body);
    const { reason, details } = reply.json();
    assert.deepEqual([reply.status, reason, details?.name], [422, "Invalid", "faulty"], reply.text);
    const found = details.causes.map((cause: { reason: string; field: string }) => [cause.reason, cause.field]);
    for (const cause of causes)
      assert.ok(
        found.some((one: string[]) => one.join() === cause.join()),
        `${cause.join(" ")} in ${JSON.stringify(found)}`,
      );
  }
});

test("metadata alone of one object and of a list, but a Status stays a Status (REST-20, LIB-04)", async () => {
  await send("POST", MAPS, { metadata: { name: "bare", labels: { bare: "yes" } }, data: { a: "1" } });
  const one = { accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" };
  const got = (await api.ask(`${MAPS}/bare`, { headers: one })).json();
  assert.deepEqual(
    [got.kind, got.apiVersion, got.metadata.labels, got.data],
    ["PartialObjectMetadata", "meta.k8s.io/v1", { bare: "yes" }, undefined],
  );
  const many = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
  const list = (await api.ask(`${MAPS}?labelSelector=bare`, { headers: many })).json();
  assert.deepEqual([list.kind, list.items.length, list.items[0].data], ["PartialObjectMetadataList", 1, undefined]);
  const missing = await api.ask(`${MAPS}/missing`, { headers: one });
  assert.deepEqual([missing.status, missing.json().kind, missing.json().reason], [404, "Status", "NotFound"]);
  const deleted = await api.ask(`${MAPS}/bare`, { method: "DELETE", headers: one });
  assert.deepEqual([deleted.status, deleted.json().kind], [200, "Status"]);
});

test("a Lease is made, renewed, and lost to whoever was faster (LIB-03)", async () => {
  const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
  const spec = {
    holderIdentity: "a",
    leaseDurationSeconds: 15,
    acquireTime: "2026-01-01T00:00:00.000000Z",
    leaseTransitions: 0,
  };
  const made = (await send("POST", leases, { metadata: { name: "leader" }, spec })).json();
  assert.deepEqual(made.spec, spec);
  assert.equal((await send("POST", leases, { metadata: { name: "leader" }, spec })).json().reason, "AlreadyExists");
  const renewed = await send("PUT", `${leases}/leader`, {
    ...made,
    spec: { ...spec, renewTime: "2026-01-01T00:00:10.000000Z" },
  });
  assert.equal(renewed.status, 200);
  const late = await send("PUT", `${leases}/leader`, { ...made, spec: { ...spec, holderIdentity: "b" } });
  assert.deepEqual([late.status, late.json().reason], [409, "Conflict"]);
  assert.equal((await api.ask(`${leases}/leader`)).json().spec.holderIdentity, "a");
});

test("a strategic patch of a custom kind is 415, other patches are taken (REST-06)", async () => {
  const shirts = "/apis/example.com/v1/namespaces/default/shirts";
  assert.equal((await send("POST", shirts, { metadata: { name: "patched" } })).status, 201);
  const refused = await patch(`${shirts}/patched`, { metadata: { labels: { a: "b" } } }, "strategic-merge-patch");
  assert.deepEqual([refused.status, refused.json().reason], [415, "UnsupportedMediaType"]);
  assert.doesNotMatch(refused.json().message, /strategic/);
  assert.equal((await patch(`${shirts}/patched`, { metadata: { labels: { a: "b" } } })).status, 200);
});
