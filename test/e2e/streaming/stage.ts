// A stage for streams: a real API server and a real kubelet server, over TLS, in front of a runtime that the test brings.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtinKinds, Namespace, Node, Pod, ServiceAccount } from "@knots/api";
import { createApiServer, LOOPBACK, listen } from "@knots/apiserver";
import { type Client, createClient, createInformers } from "@knots/client";
import { podStreaming } from "@knots/cluster";
import { createAuthority, createPodStreams, issueCertificate } from "@knots/host";
import { type KubeletServer, type KubeletServerOptions, startKubeletServer } from "@knots/kubelet";
import { platformRandom, realClock, silentLogger } from "@knots/std";
import { openMemoryStore } from "@knots/store";

export type StageRuntime = KubeletServerOptions["runtime"];

const parts = { clock: realClock, random: platformRandom, log: silentLogger };
const CONTAINERS = ["app", "side"];

async function certificates(folder: string) {
  const now = realClock.now();
  const authority = await createAuthority("stage-ca", now);
  const leaf = (user: string, usage: "client" | "server", groups: readonly string[] = []) => {
    const ipAddresses = usage === "server" ? ["127.0.0.1"] : [];
    return issueCertificate(authority, { user, groups, usages: [usage], ipAddresses }, now);
  };
  const [serving, admin, kubelet, toKubelet] = await Promise.all([
    leaf("kube-apiserver", "server"),
    leaf("admin", "client", ["system:masters"]),
    leaf("system:node:node-1", "server"),
    leaf("kube-apiserver-kubelet-client", "client"),
  ]);
  await writeFile(join(folder, "ca.crt"), authority.certificate);
  await writeFile(join(folder, "admin.crt"), admin.certificate);
  await writeFile(join(folder, "admin.key"), admin.key);
  return { authority, serving, admin, kubelet, toKubelet };
}

/** A pod `web` with two containers, `app` and `side`, on `node-1`. */
async function createPod(client: Client): Promise<Pod> {
  if (!(await client.find(Namespace, { name: "default" })))
    await client.create(Namespace, { metadata: { name: "default" } });
  if (!(await client.find(ServiceAccount, { namespace: "default", name: "default" })))
    await client.create(ServiceAccount, { metadata: { name: "default", namespace: "default" } });
  const containers = CONTAINERS.map((name) => ({ name, image: "x", stdin: true }));
  const metadata = { name: "web", namespace: "default" };
  const pod = await client.create(Pod, { metadata, spec: { nodeName: "node-1", containers } });
  const running = { image: "x", imageID: "", ready: true, restartCount: 0, state: { running: {} } };
  const containerStatuses = CONTAINERS.map((name) => ({ name, ...running }));
  return client.updateStatus(Pod, { ...pod, status: { phase: "Running", containerStatuses } });
}

async function createNode(client: Client, { port }: KubeletServer): Promise<void> {
  const node = await client.create(Node, { metadata: { name: "node-1" } });
  const addresses = [{ type: "InternalIP", address: "127.0.0.1" }];
  const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } };
  await client.updateStatus(Node, { ...node, status });
}

const FILES = { "--certificate-authority": "ca.crt", "--client-certificate": "admin.crt", "--client-key": "admin.key" };

/** Starts everything; the runtime is made for the pod. */
export async function startStage(runtimeOf: (pod: Pod) => Promise<StageRuntime>) {
  const folder = await mkdtemp(join(tmpdir(), "knots-streams-"));
  const { authority, serving, admin, kubelet, toKubelet } = await certificates(folder);
  const clientCa = authority.certificate;
  const store = openMemoryStore({ clock: realClock });
  const api = await createApiServer({ store, ...parts, kinds: builtinKinds });
  const client = createClient(api.transport(LOOPBACK));
  const pod = await createPod(client);
  const runtime = await runtimeOf(pod);
  const informers = createInformers({ client, ...parts });
  const pods = informers.informer(Pod);
  await pods.synced();
  await pods.reached(pod.metadata.resourceVersion);
  const access = { trustedUsers: ["kube-apiserver-kubelet-client"] };
  const common = { ...parts, host: "127.0.0.1", port: 0, clientCa };
  const server = await startKubeletServer({ ...common, ...kubelet, access, pods, runtime });
  await createNode(client, server);
  const tls = { ca: clientCa, cert: toKubelet.certificate, key: toKubelet.key };
  const streams = podStreaming(createPodStreams({ client, tls, clock: realClock }));
  const port = await listen({ ...common, ...serving, ...streams, server: api });
  const url = `https://127.0.0.1:${port.port}`;
  const files = Object.entries(FILES).flatMap(([flag, name]) => [flag, join(folder, name)]);
  return {
    server,
    url,
    authority,
    admin,
    /** Arguments by which a kubectl finds its way here. */
    credentials: ["--server", url, ...files],
    async close() {
      await port.close();
      await server.close();
      await informers.close();
      await api.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
