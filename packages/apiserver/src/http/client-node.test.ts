// The official JavaScript client against the HTTPS server: objects, lists, an informer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { builtinKinds } from "@knots/api";
import { createAuthority, issueCertificate } from "@knots/host";
import { platformRandom, realClock } from "@knots/std";
import type { Store } from "@knots/store";
import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from "@kubernetes/client-node";
import { openTestStore } from "../../../../testkit/etcd/test-store.ts";
import { serveApi } from "../../../../testkit/served-api.ts";
import { type ApiServer, createApiServer } from "../server.ts";
import { LOOPBACK } from "../user.ts";
import { type HttpPort, listen } from "./listen.node.ts";

let store: Store;
let server: ApiServer;
let port: HttpPort;
const config = new KubeConfig();

before(async () => {
  const now = realClock.now();
  const authority = await createAuthority("test-ca", now);
  const tls = { user: "kube-apiserver", usages: ["server"], ipAddresses: ["127.0.0.1"] } as const;
  const serving = await issueCertificate(authority, tls, now);
  const admin = await issueCertificate(
    authority,
    { user: "admin", groups: ["system:masters"], usages: ["client"] },
    now,
  );
  store = await openTestStore(realClock);
  const parts = { clock: realClock, random: platformRandom } as const;
  server = await createApiServer({ store, ...parts, kinds: builtinKinds });
  port = await listen({ server, ...parts, port: 0, ...serving, clientCa: authority.certificate });
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  config.loadFromClusterAndUser(
    {
      name: "test",
      server: `https://127.0.0.1:${port.port}`,
      caData: base64(authority.certificate),
      skipTLSVerify: false,
    },
    { name: "admin", certData: base64(admin.certificate), keyData: base64(admin.key) },
  );
});
after(async () => {
  await port.close();
  await server.close();
  await store.close();
});

test("objects are created, paged and deleted", async () => {
  const api = config.makeApiClient(CoreV1Api);
  for (const name of ["a", "b", "c"])
    await api.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name }, data: { name } } });
  const first = await api.listNamespacedConfigMap({ namespace: "default", limit: 2 });
  assert.equal(first.metadata?.remainingItemCount, 1);
  const token = first.metadata?._continue ?? "";
  const rest = await api.listNamespacedConfigMap({ namespace: "default", limit: 2, _continue: token });
  assert.deepEqual(
    [...first.items, ...rest.items].map(({ metadata }) => metadata?.name),
    ["a", "b", "c"],
  );
  await api.deleteCollectionNamespacedConfigMap({ namespace: "default" });
  assert.equal((await api.listNamespacedConfigMap({ namespace: "default" })).items.length, 0);
});

test("an informer hears of what happens", async () => {
  const api = config.makeApiClient(CoreV1Api);
  const informer = makeInformer<V1ConfigMap>(config, "/api/v1/namespaces/default/configmaps", () =>
    api.listNamespacedConfigMap({ namespace: "default" }),
  );
  const heard: string[] = [];
  const done = new Promise<void>((resolve) => {
    informer.on("add", ({ metadata }) => heard.push(`add ${metadata?.name}`));
    informer.on("update", ({ data }) => heard.push(`update ${data?.["x"]}`));
    informer.on("delete", ({ metadata }) => {
      heard.push(`delete ${metadata?.name}`);
      resolve();
    });
  });
  const connected = new Promise<void>((resolve) => informer.on("connect", () => resolve()));
  await informer.start();
  await connected;
  const key = { namespace: "default", name: "seen" };
  await api.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name: "seen" } } });
  await api.replaceNamespacedConfigMap({ ...key, body: { metadata: { name: "seen" }, data: { x: "1" } } });
  await api.deleteNamespacedConfigMap(key);
  await done;
  await informer.stop();
  assert.deepEqual(heard, ["add seen", "update 1", "delete seen"]);
});

test("an informer whose version the history has lost gets a 410, lists again and misses nothing (LIB-07)", async () => {
  const served = await serveApi({ server: { limits: { history: 4, watchLifetime: 300 } } });
  const other = new KubeConfig();
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const { ca, cert, key } = served.pem;
  other.loadFromClusterAndUser(
    { name: "test", server: `https://127.0.0.1:${served.port.port}`, caData: base64(ca), skipTLSVerify: false },
    { name: "admin", certData: base64(cert), keyData: base64(key) },
  );
  try {
    const api = other.makeApiClient(CoreV1Api);
    await api.createNamespace({ body: { metadata: { name: "loud" } } });
    let lists = 0;
    const informer = makeInformer<V1ConfigMap>(other, "/api/v1/namespaces/default/configmaps", () => {
      lists++;
      return api.listNamespacedConfigMap({ namespace: "default" });
    });
    const again = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    informer.on("add", ({ metadata }) => metadata?.name === "late" && late.resolve());
    informer.on("connect", () => lists > 1 && again.resolve());
    await informer.start();
    // Its watch ends and is begun again from a version that these writes elsewhere push out of the history.
    const transport = served.server.transport(LOOPBACK);
    const maps = { resource: { group: "", version: "v1", resource: "configmaps" }, namespace: "loud" };
    for (let count = 0; count < 20; count++)
      await transport.request({ verb: "create", ...maps, object: { metadata: { name: `m-${count}` } } });
    await again.promise;
    await api.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name: "late" } } });
    await late.promise;
    assert.ok(lists > 1);
    await informer.stop();
  } finally {
    await served.close();
  }
});
