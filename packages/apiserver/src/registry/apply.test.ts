// Server-side apply and managed fields, on the API in process: sentences over real kinds.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { builtinKinds } from "@knots/api";
import type { ApiRequest, RequestOptions, Transport } from "@knots/client";
import { type ApiError, isApiError, type Json, type KubeObject, type ManagedFieldsEntry } from "@knots/machinery";
import { createVirtualClock, seededRandom } from "@knots/std";
import { openMemoryStore } from "@knots/store";
import { createApiServer } from "../server.ts";
import { authenticated, MASTERS_GROUP } from "../user.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Loose = KubeObject & { readonly [field: string]: unknown };

/** One object of one kind, written by several managers. */
class Place {
  readonly #transport: Transport;
  readonly #as: (user: string) => Transport;
  readonly #key: Pick<ApiRequest, "resource" | "namespace" | "name">;
  readonly #type: { readonly apiVersion: string; readonly kind: string };

  constructor(as: (user: string) => Transport, at: Pick<ApiRequest, "resource" | "namespace" | "name">, kind: string) {
    const { group, version } = at.resource;
    this.#as = as;
    this.#transport = as("admin");
    this.#key = at;
    this.#type = { apiVersion: group === "" ? version : `${group}/${version}`, kind };
  }

  async #send(request: Partial<ApiRequest> & Pick<ApiRequest, "verb">, user?: string): Promise<Loose> {
    const transport = user === undefined ? this.#transport : this.#as(user);
    return (await transport.request({ ...this.#key, ...request })) as unknown as Loose;
  }

  #whole(body: object): KubeObject {
    const { metadata = {}, ...rest } = body as { readonly metadata?: object };
    return { ...this.#type, metadata: { name: this.#key.name, ...metadata }, ...rest } as unknown as KubeObject;
  }

  apply(
    manager: string,
    body: object,
    options: RequestOptions & { readonly subresource?: string } = {},
  ): Promise<Loose> {
    const { subresource, ...others } = options;
    const patch = { type: "application/apply-patch+yaml", body: this.#whole(body) as unknown as Json } as const;
    return this.#send({
      verb: "patch",
      patch,
      options: { fieldManager: manager, ...others },
      ...(subresource && { subresource }),
    });
  }

  create(manager: string, body: object): Promise<Loose> {
    const { name: _name, ...key } = this.#key;
    const object = this.#whole(body);
    return this.#transport.request({
      verb: "create",
      ...key,
      object,
      options: { fieldManager: manager },
    }) as Promise<Loose>;
  }

  async update(manager: string, change: (object: Loose) => object, subresource?: string): Promise<Loose> {
    const object = change(await this.get()) as KubeObject;
    return this.#send({
      verb: "update",
      object,
      options: { fieldManager: manager },
      ...(subresource && { subresource }),
    });
  }

  patch(manager: string | undefined, body: Json, { subresource = "", user = "admin" } = {}): Promise<Loose> {
    const patch = {
      type: Array.isArray(body) ? "application/json-patch+json" : "application/merge-patch+json",
      body,
    } as const;
    const options = manager === undefined ? {} : { fieldManager: manager };
    return this.#send({ verb: "patch", patch, options, ...(subresource !== "" && { subresource }) }, user);
  }

  get(): Promise<Loose> {
    return this.#send({ verb: "get" });
  }

  async entries(): Promise<readonly ManagedFieldsEntry[]> {
    return (await this.get()).metadata.managedFields ?? [];
  }

  /** Each entry in one line: manager, operation, subresource, fields. */
  async owners(): Promise<readonly string[]> {
    return (await this.entries()).map(({ manager, operation, subresource = "", fieldsV1 }) => {
      return `${manager} ${operation}${subresource && `/${subresource}`} ${JSON.stringify(fieldsV1)}`;
    });
  }
}

async function start() {
  const clock = createVirtualClock();
  const store = openMemoryStore({ clock });
  const server = await createApiServer({
    store,
    clock,
    random: seededRandom(1),
    kinds: builtinKinds,
    authorization: "AlwaysAllow",
  });
  closers.push(
    () => server.close(),
    () => store.close(),
  );
  const as = (user: string): Transport => server.transport(authenticated(user, [MASTERS_GROUP]));
  const core = (resource: string) => ({ group: "", version: "v1", resource });
  const deployments = { group: "apps", version: "v1", resource: "deployments" };
  return {
    clock,
    config: new Place(as, { resource: core("configmaps"), namespace: "default", name: "c" }, "ConfigMap"),
    service: new Place(as, { resource: core("services"), namespace: "default", name: "s" }, "Service"),
    scaler: (version: string) =>
      new Place(
        as,
        {
          resource: { group: "autoscaling", version, resource: "horizontalpodautoscalers" },
          namespace: "default",
          name: "h",
        },
        "HorizontalPodAutoscaler",
      ),
    deployment: new Place(as, { resource: deployments, namespace: "default", name: "web" }, "Deployment"),
  };
}

const refused = async (promise: Promise<unknown>): Promise<ApiError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isApiError(error), `an ApiError was expected, not ${String(error)}`);
  return error;
};
const labels = { app: "web" };
const spec = (more: object = {}, container: object = {}) => ({
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "nginx", ...container }] } },
    ...more,
  },
});
const data = (values: Record<string, string | null>) => ({ data: values });
const keys = (...names: readonly string[]) => `{"f:data":{${names.map((name) => `"f:${name}":{}`).join(",")}}}`;

test("an apply creates what is not there, and merges by the schema (SSA-01)", async () => {
  const { config, service } = await start();
  const made = await config.apply("a", data({ x: "1" }));
  assert.equal(made.metadata.generation, undefined);
  assert.deepEqual((await config.apply("b", data({ y: "2" })))["data"], { x: "1", y: "2" });
  const port = (port: number, name: string) => ({ port, name });
  await service.apply("a", { spec: { ports: [port(80, "web")] } });
  const { spec } = (await service.apply("b", { spec: { ports: [port(443, "tls")] } })) as {
    spec?: { ports?: { name: string }[] };
  };
  assert.deepEqual(
    spec?.ports?.map(({ name }) => name),
    ["web", "tls"],
  );
});

test("a repeated apply writes nothing (SSA-01)", async () => {
  const { clock, deployment } = await start();
  const first = await deployment.apply("a", spec({ replicas: 2, paused: false }));
  await clock.advance(5000);
  const second = await deployment.apply("a", spec({ replicas: 2, paused: false }));
  assert.deepEqual(second, first);
});

test("entries tell manager, operation, version, time and fields (SSA-02)", async () => {
  const { deployment } = await start();
  await deployment.apply("a", spec({ replicas: 2 }, { ports: [{ containerPort: 80 }] }));
  const [entry] = await deployment.entries();
  assert.deepEqual(entry, {
    manager: "a",
    operation: "Apply",
    apiVersion: "apps/v1",
    time: "2026-01-01T00:00:00Z",
    fieldsType: "FieldsV1",
    fieldsV1: {
      "f:spec": {
        "f:replicas": {},
        "f:selector": {},
        "f:template": {
          "f:metadata": { "f:labels": { "f:app": {} } },
          "f:spec": {
            "f:containers": {
              'k:{"name":"main"}': {
                ".": {},
                "f:image": {},
                "f:name": {},
                "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
              },
            },
          },
        },
      },
    },
  });
});

test("whoever creates an object owns it, defaults too, but not what the server chose (SSA-02)", async () => {
  const { service } = await start();
  await service.create("me", { spec: { ports: [{ port: 80 }], selector: labels } });
  assert.deepEqual(await service.owners(), [
    'me Update {"f:spec":{"f:internalTrafficPolicy":{},"f:ports":{".":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:selector":{},"f:sessionAffinity":{},"f:type":{}}}',
  ]);
});

test("another's field with another value is a conflict; force takes it (SSA-03)", async () => {
  const { config } = await start();
  await config.apply("a", data({ x: "1", y: "1" }));
  await config.patch("u", data({ z: "1" }));
  const { code, reason, message, status } = await refused(config.apply("b", data({ x: "2", z: "2" })));
  assert.deepEqual([code, reason], [409, "Conflict"]);
  assert.equal(
    message,
    'Apply failed with 2 conflicts: conflicts with "a":\n- .data.x\nconflicts with "u" using v1:\n- .data.z',
  );
  assert.deepEqual(status.details?.causes, [
    { reason: "FieldManagerConflict", message: 'conflict with "a"', field: ".data.x" },
    { reason: "FieldManagerConflict", message: 'conflict with "u" using v1', field: ".data.z" },
  ]);
  await config.apply("b", data({ x: "2", z: "2" }), { force: true });
  assert.deepEqual(await config.owners(), [`a Apply ${keys("y")}`, `b Apply ${keys("x", "z")}`]);
});

test("what is not named any more goes, unless another owns it (SSA-04)", async () => {
  const { config, deployment } = await start();
  await config.apply("a", data({ x: "1", y: "1" }));
  await config.apply("b", data({ y: "1" }));
  assert.deepEqual((await config.apply("a", {}))["data"], { y: "1" });
  await deployment.apply("a", spec({ replicas: 3, minReadySeconds: 5 }));
  const { spec: left } = (await deployment.apply("a", spec())) as {
    spec?: { replicas?: number; minReadySeconds?: number };
  };
  assert.deepEqual([left?.replicas, left?.minReadySeconds], [1, undefined], "a default takes the place of what went");
});

test("null is owned and unsets (SSA-04)", async () => {
  const { deployment } = await start();
  await deployment.create("u", spec({ minReadySeconds: 5 }));
  const { spec: left } = (await deployment.apply("a", spec({ minReadySeconds: null }), { force: true })) as {
    spec?: object;
  };
  assert.ok(left && !("minReadySeconds" in left));
  assert.match((await deployment.owners())[0] ?? "", /^a Apply .*"f:minReadySeconds":\{\}/);
});

test("status is owned apart from the rest, each endpoint what it writes (SSA-05)", async () => {
  const { deployment } = await start();
  await deployment.apply("a", { ...spec(), status: { replicas: 7 } });
  const status = { status: { replicas: 1, observedGeneration: 1 } };
  const seen = await deployment.apply("a", { ...spec({ replicas: 9 }), ...status }, { subresource: "status" });
  assert.equal((seen["status"] as { replicas?: number }).replicas, 1);
  assert.equal((seen["spec"] as { replicas?: number }).replicas, 1);
  const owners = await deployment.owners();
  assert.deepEqual(
    owners.map((line) => line.replace(/ \{.*"f:status".*/, " status").replace(/ \{.*"f:spec".*/, " spec")),
    ["a Apply spec", "a Apply/status status"],
  );
  await deployment.update("controller", (object) => ({ ...object, status: { replicas: 2 } }), "status");
  const { message } = await refused(deployment.apply("a", status, { subresource: "status" }));
  assert.equal(
    message,
    'Apply failed with 1 conflict: conflict with "controller" with subresource "status" using apps/v1: .status.replicas',
  );
});

test("what was there before the first apply belongs to before-first-apply (SSA-06)", async () => {
  const { config } = await start();
  await config.create("u", data({ x: "1", y: "1" }));
  await config.patch("u", { metadata: { managedFields: [{}] } });
  assert.deepEqual(await config.entries(), []);
  await config.patch("u", data({ y: "2" }));
  assert.deepEqual(await config.entries(), [], "an object without owners stays so until it is applied");
  await config.apply("a", data({ x: "1" }));
  assert.deepEqual(await config.owners(), [
    `a Apply ${keys("x")}`,
    'before-first-apply Update {"f:data":{".":{},"f:x":{},"f:y":{}}}',
  ]);
});

test("kubectl changes what client-side apply had set, and keeps its annotation (SSA-06)", async () => {
  const { config } = await start();
  const LAST = "kubectl.kubernetes.io/last-applied-configuration";
  const last = JSON.stringify({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c" },
    data: { x: "1", y: "1" },
  });
  await config.create("kubectl-client-side-apply", {
    metadata: { annotations: { [LAST]: last } },
    ...data({ x: "1", y: "1" }),
  });
  await config.patch("other", data({ y: "2" }));
  const { message } = await refused(config.apply("kubectl", data({ x: "2", y: "3" })));
  assert.equal(message, 'Apply failed with 1 conflict: conflict with "other" using v1: .data.y');
  await refused(config.apply("argo", data({ x: "2" })));
  const applied = await config.apply("kubectl", data({ x: "2" }));
  assert.equal(
    applied.metadata.annotations?.[LAST],
    '{"apiVersion":"v1","data":{"x":"2"},"kind":"ConfigMap","metadata":{"name":"c"}}\n',
  );
});

test("a dry run shows the result and leaves nothing (SSA-07)", async () => {
  const { config } = await start();
  await config.create("u", data({ x: "1" }));
  const before = await config.get();
  const shown = await config.apply("a", data({ x: "2" }), { dryRun: true, force: true });
  assert.deepEqual(shown["data"], { x: "2" });
  assert.equal(shown.metadata.managedFields?.[0]?.manager, "a");
  assert.deepEqual(await config.get(), before);
});

test("a version or uid in the applied object is a precondition (SSA-08)", async () => {
  const { config } = await start();
  const absent = await refused(config.apply("a", { metadata: { uid: "1-2" } }));
  assert.equal(
    absent.message,
    'Operation cannot be fulfilled on configmaps "c": uid mismatch: the provided object specified uid 1-2, and no existing object was found',
  );
  const { metadata } = await config.apply("a", data({ x: "1" }));
  const next = await config.apply("a", {
    metadata: { resourceVersion: metadata.resourceVersion },
    ...data({ x: "2" }),
  });
  assert.notEqual(next.metadata.resourceVersion, metadata.resourceVersion);
  const stale = await refused(
    config.apply("a", { metadata: { resourceVersion: metadata.resourceVersion }, ...data({ x: "3" }) }),
  );
  assert.match(stale.message, /the object has been modified/);
  assert.match((await refused(config.apply("a", { metadata: { uid: "1-2" } }))).message, /Precondition failed: UID/);
});

test("an update owns what it sets; its time is that of the last field it set (SSA-10)", async () => {
  const { clock, config } = await start();
  await config.create("u", data({ x: "1" }));
  await clock.advance(10_000);
  await config.patch("u", { metadata: { labels: { a: "b" } } });
  await clock.advance(10_000);
  await config.patch("w", data({ y: "1" }));
  await clock.advance(10_000);
  await config.patch("w", data({ x: null }));
  const [u, w] = await config.entries();
  assert.deepEqual([u?.manager, u?.time], ["u", "2026-01-01T00:00:10Z"]);
  assert.deepEqual(u?.fieldsV1, { "f:data": {}, "f:metadata": { "f:labels": { ".": {}, "f:a": {} } } });
  assert.deepEqual([w?.manager, w?.time, w?.fieldsV1], ["w", "2026-01-01T00:00:20Z", { "f:data": { "f:y": {} } }]);
  const same = await config.get();
  await clock.advance(10_000);
  assert.equal((await config.patch("w", data({ y: "1" }))).metadata.resourceVersion, same.metadata.resourceVersion);
});

test("a client that knows nothing of owners does not lose them, one that sends them changes them (SSA-10)", async () => {
  const { config } = await start();
  await config.create("u", data({ x: "1" }));
  const strip = ({ managedFields: _gone, ...metadata }: KubeObject["metadata"]) => metadata;
  await config.update("w", (object) => ({ ...object, metadata: strip(object.metadata), ...data({ x: "1", y: "1" }) }));
  assert.deepEqual(
    (await config.entries()).map(({ manager }) => manager),
    ["u", "w"],
  );
  await config.update("w", (object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: object.metadata.managedFields?.filter(({ manager }) => manager === "w"),
    },
  }));
  assert.deepEqual(
    (await config.entries()).map(({ manager }) => manager),
    ["w"],
  );
  await config.patch("w", [{ op: "replace", path: "/metadata/managedFields", value: [] }]);
  assert.deepEqual(await config.entries(), []);
});

test("scaling owns the number through the subresource, and an applied Scale as well (SSA-11)", async () => {
  const { deployment } = await start();
  await deployment.apply("a", spec({ replicas: 2 }));
  await deployment.patch("hpa", { spec: { replicas: 3 } }, { subresource: "scale" });
  assert.deepEqual((await deployment.owners())[1], 'hpa Update/scale {"f:spec":{"f:replicas":{}}}');
  assert.doesNotMatch((await deployment.owners())[0] ?? "", /f:replicas/);
  const { message } = await refused(deployment.apply("a", spec({ replicas: 2 })));
  assert.equal(
    message,
    'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
  );
  const scale = { apiVersion: "autoscaling/v1", kind: "Scale", spec: { replicas: 5 } };
  await refused(deployment.apply("other", scale, { subresource: "scale" }));
  const scaled = await deployment.apply("other", scale, { subresource: "scale", force: true });
  assert.deepEqual([scaled.kind, scaled["spec"]], ["Scale", { replicas: 5 }]);
  assert.deepEqual((await deployment.owners())[1], 'other Apply/scale {"f:spec":{"f:replicas":{}}}');
});

test("what cannot be applied is refused in upstream's words", async () => {
  const { config, deployment } = await start();
  await config.apply("a", data({ x: "1" }));
  const rows: readonly (readonly [sentence: string, promise: Promise<unknown>, code: number, message: string])[] = [
    [
      "no manager",
      config.apply("", data({})),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      "a manager that is too long",
      config.apply("a".repeat(129), data({})),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    ],
    [
      "a manager that cannot be printed",
      config.patch("a\n", data({})),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\n": invalid character U+000A (at position 1)',
    ],
    [
      "owners in the body",
      config.apply("a", { metadata: { managedFields: [{ manager: "x" }] } }),
      400,
      "metadata.managedFields must be nil",
    ],
    ["another kind", config.apply("a", { kind: "Secret" }), 400, "invalid object type: /v1, Kind=Secret"],
    [
      "another version",
      deployment.apply("a", { apiVersion: "apps/v2" }),
      400,
      "invalid object type: apps/v2, Kind=Deployment",
    ],
    [
      "another name",
      config.apply("a", { metadata: { name: "d" } }),
      400,
      "the name of the object (d) does not match the name on the URL (c)",
    ],
    [
      "a field that nobody declared",
      deployment.apply("a", { metadata: { namespace: "default" }, spec: { replica: 1 } }),
      500,
      "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema",
    ],
    [
      "items that cannot be told apart",
      deployment.apply("a", spec({}, { env: [{ name: "A" }, { name: "A" }] })),
      500,
      'failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="main"].env: duplicate entries for key [name="A"]',
    ],
    [
      "a subresource of nothing",
      deployment.apply("a", { status: {} }, { subresource: "status" }),
      404,
      'deployments.apps "web" not found',
    ],
  ];
  for (const [sentence, promise, code, message] of rows) {
    const error = await refused(promise);
    assert.deepEqual([error.code, error.message], [code, message], sentence);
  }
});

test("in process the identity tells the manager", async () => {
  const { config } = await start();
  await config.create("x", data({ y: "1" }));
  const rows = [
    ["system:kube-scheduler", "kube-scheduler"],
    ["system:node:one", "kubelet"],
    ["system:serviceaccount:kube-system:deployment-controller", "kube-controller-manager"],
    ["system:apiserver", "kube-apiserver"],
    ["knots:admin", "admin"],
  ] as const;
  for (const [user, manager] of rows) {
    await config.patch("first", data({ x: user }));
    await config.patch(undefined, data({ x: manager }), { user });
    assert.ok(
      (await config.entries()).some((entry) => entry.manager === manager),
      user,
    );
  }
});

test("entries of another version are compared in that version (SSA-02)", async () => {
  const { scaler } = await start();
  const [old, hub] = [scaler("v1"), scaler("v2")];
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const cpu = (averageUtilization: number) => ({
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
  });
  await old.apply("first", { spec: { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 50 } });
  const { message } = await refused(hub.apply("second", { spec: { scaleTargetRef, maxReplicas: 6 } }));
  assert.equal(message, 'Apply failed with 1 conflict: conflict with "first": .spec.maxReplicas');
  const { spec } = (await hub.apply("second", { spec: { scaleTargetRef, metrics: [cpu(70)] } }, { force: true })) as {
    readonly spec?: { readonly maxReplicas?: number; readonly metrics?: unknown };
  };
  assert.deepEqual([spec?.maxReplicas, spec?.metrics], [5, [cpu(70)]]);
  const entries = await hub.entries();
  assert.deepEqual(
    entries.map(({ manager, apiVersion, fieldsV1 }) => [
      manager,
      apiVersion,
      Object.keys((fieldsV1 as { "f:spec": object })["f:spec"]),
    ]),
    [
      ["first", "autoscaling/v1", ["f:maxReplicas", "f:scaleTargetRef"]],
      ["second", "autoscaling/v2", ["f:metrics", "f:scaleTargetRef"]],
    ],
    "the share of the CPU, as the first version calls it, was taken from its owner",
  );
  await old.apply("first", { spec: { scaleTargetRef, maxReplicas: 7 } });
  const { spec: kept } = (await hub.get()) as { readonly spec?: { readonly metrics?: unknown } };
  assert.deepEqual(kept?.metrics, [cpu(70)], "what the other version's owner has stays");
});
