// The official JavaScript client against kts up: objects, pages, watches, tokens, narrow rights, and an informer over kill -9.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deferred } from "@knots/std";
import {
  ApiException,
  AppsV1Api,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
  type V1ConfigMap,
  Watch,
} from "@kubernetes/client-node";
import { startCluster, type TestCluster } from "./cluster.ts";
import { answering, killControlPlane } from "./kill.ts";

let cluster: TestCluster;
const config = new KubeConfig();
const namespace = "default";

before(async () => {
  cluster = await startCluster();
  config.loadFromFile(cluster.kubeconfig);
});
after(() => cluster.stop());

const core = (): CoreV1Api => config.makeApiClient(CoreV1Api);
const configMap = (name: string, data: Record<string, string> = {}): { namespace: string; body: V1ConfigMap } => ({
  namespace,
  body: { metadata: { name, labels: { made: "here" } }, data },
});

/** The Status of a call that must be refused. */
async function refusal(call: Promise<unknown>): Promise<{ code: number; reason: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    // The client reads no body of a 401.
    const { code, body } = error as ApiException<string | undefined>;
    if (body === undefined) return { code, reason: "", message: "" };
    assert.equal((JSON.parse(body) as { code: number }).code, code);
    return JSON.parse(body) as { code: number; reason: string; message: string };
  }
  throw new Error("the call was not refused");
}

/** The configuration of somebody with a token only. */
function withToken(token: string): KubeConfig {
  const other = new KubeConfig();
  const { server, caData } = config.getCurrentCluster() ?? {};
  assert.ok(server && caData);
  other.loadFromClusterAndUser({ name: "c", server, caData, skipTLSVerify: false }, { name: "u", token });
  return other;
}

test("an object is created, read, replaced, patched and deleted (REST-01, REST-04)", async () => {
  const made = await core().createNamespacedConfigMap(configMap("life", { a: "1" }));
  assert.ok(made.metadata?.creationTimestamp instanceof Date);
  const replaced = await core().replaceNamespacedConfigMap({
    namespace,
    name: "life",
    body: Object.assign(made, { data: { b: "2" } }),
  });
  assert.deepEqual(replaced.data, { b: "2" });
  const stale = await refusal(core().replaceNamespacedConfigMap({ namespace, name: "life", body: made }));
  assert.deepEqual([stale.code, stale.reason], [409, "Conflict"]);
  const patched = await core().patchNamespacedConfigMap(
    { namespace, name: "life", body: { data: { c: "3" } } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
  assert.deepEqual(patched.data, { b: "2", c: "3" });
  await core().deleteNamespacedConfigMap({ namespace, name: "life" });
  const gone = await refusal(core().readNamespacedConfigMap({ namespace, name: "life" }));
  assert.deepEqual([gone.code, gone.reason, gone.message], [404, "NotFound", 'configmaps "life" not found']);
});

test("a list comes in pages of one revision (WATCH-10)", async () => {
  for (const name of ["p1", "p2", "p3"]) await core().createNamespacedConfigMap(configMap(name));
  const labelSelector = "made=here";
  const first = await core().listNamespacedConfigMap({ namespace, labelSelector, limit: 2 });
  await core().createNamespacedConfigMap(configMap("p4"));
  const rest = await core().listNamespacedConfigMap({
    namespace,
    labelSelector,
    limit: 2,
    _continue: first.metadata?._continue ?? "",
  });
  const names = [...first.items, ...rest.items].map(({ metadata }) => metadata?.name);
  assert.deepEqual(names, ["p1", "p2", "p3"]);
  assert.equal(rest.metadata?.resourceVersion, first.metadata?.resourceVersion);
  await core().deleteCollectionNamespacedConfigMap({ namespace, labelSelector });
  assert.deepEqual((await core().listNamespacedConfigMap({ namespace, labelSelector })).items, []);
});

test("a watch tells every change in order, with kind and version (WATCH-04, WATCH-15)", async () => {
  const { metadata } = await core().listNamespacedConfigMap({ namespace });
  const done = deferred<void>();
  const heard: string[] = [];
  const abort = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    { resourceVersion: metadata?.resourceVersion, allowWatchBookmarks: true },
    (type: string, object: { apiVersion: string; kind: string; metadata: { name: string } }) => {
      heard.push(`${type} ${object.apiVersion} ${object.kind} ${object.metadata.name}`);
      if (type === "DELETED") done.resolve();
    },
    () => done.resolve(),
  );
  await core().createNamespacedConfigMap(configMap("seen"));
  await core().patchNamespacedConfigMap(
    { namespace, name: "seen", body: [{ op: "add", path: "/data", value: { a: "1" } }] },
    setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
  );
  await core().deleteNamespacedConfigMap({ namespace, name: "seen" });
  await done.promise;
  abort.abort();
  assert.deepEqual(
    heard,
    ["ADDED", "MODIFIED", "DELETED"].map((type) => `${type} v1 ConfigMap seen`),
  );
});

test("a Deployment comes up and its scale is an object", async () => {
  const apps = config.makeApiClient(AppsV1Api);
  const labels = { app: "node-client" };
  const body = {
    metadata: { name: "web" },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "nginx" }] } },
    },
  };
  const available = deferred<number>();
  const informer = makeInformer(config, `/apis/apps/v1/namespaces/${namespace}/deployments`, () =>
    apps.listNamespacedDeployment({ namespace }),
  );
  for (const verb of ["add", "update"] as const) {
    informer.on(verb, ({ status }) => status?.availableReplicas === 2 && available.resolve(2));
  }
  await informer.start();
  await apps.createNamespacedDeployment({ namespace, body });
  assert.equal(await available.promise, 2);
  await informer.stop();
  const scale = await apps.readNamespacedDeploymentScale({ namespace, name: "web" });
  assert.deepEqual([scale.kind, scale.spec?.replicas, scale.status?.selector], ["Scale", 2, "app=node-client"]);
  await apps.deleteNamespacedDeployment({ namespace, name: "web" });
});

test("a service account's token may do what its role says, and no more", async () => {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const name = "robot";
  await core().createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }];
  await rbac.createNamespacedRole({ namespace, body: { metadata: { name }, rules } });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  });
  const body = { spec: { audiences: [], expirationSeconds: 3600 } };
  const { status } = await core().createNamespacedServiceAccountToken({ namespace, name, body });
  const robot = withToken(status?.token ?? "");
  const user = `system:serviceaccount:${namespace}:${name}`;
  const review = await robot.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  assert.equal(review.status?.userInfo?.username, user);
  assert.ok((await robot.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace })).items.length > 0);
  const refused = await refusal(robot.makeApiClient(CoreV1Api).createNamespacedConfigMap(configMap("no")));
  assert.equal(
    refused.message,
    `configmaps is forbidden: User "${user}" cannot create resource "configmaps" in API group "" in the namespace "${namespace}"`,
  );
  const can = await robot.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
    body: { spec: { resourceAttributes: { namespace, verb: "list", resource: "configmaps" } } },
  });
  assert.equal(can.status?.allowed, true);
  await core().deleteNamespacedServiceAccount({ namespace, name });
  const dead = await refusal(robot.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace }));
  assert.equal(dead.code, 401);
});

test("a token that nobody gave is refused", async () => {
  const refused = await refusal(withToken("wrong").makeApiClient(CoreV1Api).listNamespace());
  assert.equal(refused.code, 401);
});

test("an informer goes on after the control plane was killed, and misses nothing", async () => {
  const list = () => core().listNamespacedConfigMap({ namespace, labelSelector: "made=here" });
  const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, "made=here");
  const known = deferred<void>();
  const later = deferred<void>();
  informer.on("add", ({ metadata }) => {
    if (metadata?.name === "before") known.resolve();
    if (metadata?.name === "afterwards") later.resolve();
  });
  let ending = false;
  informer.on("error", () => {
    if (!ending) restart().catch(assert.ifError);
  });
  const restart = async (): Promise<void> => {
    await answering(cluster);
    await informer.start();
  };
  await informer.start();
  await core().createNamespacedConfigMap(configMap("before"));
  await known.promise;
  await killControlPlane(cluster);
  const kept = await core().readNamespacedConfigMap({ namespace, name: "before" });
  assert.equal(kept.metadata?.name, "before");
  await core().createNamespacedConfigMap(configMap("afterwards"));
  await later.promise;
  assert.ok(informer.get("before", namespace));
  ending = true;
  await informer.stop();
});
