// A stage for streams: a real API server and a real kubelet server, over TLS, in front of the pretended runtime.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtinKinds, Namespace, Node, Pod, ServiceAccount } from "@knots/api";
import { createApiServer, LOOPBACK, listen } from "@knots/apiserver";
import { createClient, createInformers } from "@knots/client";
import { createAuthority, createPodStreams, issueCertificate, startFakeRuntime } from "@knots/host";
import { type Runtime, startKubeletServer } from "@knots/kubelet";
import { platformRandom, realClock, silentLogger } from "@knots/std";
import { openMemoryStore } from "@knots/store";
import { podStreaming } from "../../../packages/cluster/src/control-plane/pod-streaming.ts";

const parts = { clock: realClock, random: platformRandom, log: silentLogger };

async function certificates(folder: string) {
  const now = realClock.now();
  const authority = await createAuthority("stage-ca", now);
  const leaf = (user: string, usage: "client" | "server", groups: readonly string[] = []) =>
    issueCertificate(
      authority,
      { user, groups, usages: [usage], ipAddresses: usage === "server" ? ["127.0.0.1"] : [] },
      now,
    );
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

/** A pod `web` with two containers, `app` and `side`; what exec runs are the pretended runtime's programs. */
const POD = {
  metadata: { name: "web", namespace: "default" },
  spec: { nodeName: "node-1", containers: ["app", "side"].map((name) => ({ name, image: "x", stdin: true })) },
};

type Instance = Awaited<ReturnType<Runtime["pod"]>>["instances"][number];

function runOf(name: string, logPath: string): Instance {
  const times = { restartCount: 0, createdAt: 0, startedAt: 0 };
  return { id: name, name, sandboxId: "box", hash: "", phase: "running", image: "x", imageId: "x", logPath, ...times };
}

/** Starts everything; `close` ends it, and fails when a stream is still open then. */
export async function startStage() {
  const folder = await mkdtemp(join(tmpdir(), "knots-streams-"));
  const { authority, serving, admin, kubelet, toKubelet } = await certificates(folder);
  const store = openMemoryStore({ clock: realClock });
  const api = await createApiServer({ store, ...parts, kinds: builtinKinds });
  const client = createClient(api.transport(LOOPBACK));
  const fake = await startFakeRuntime();
  const log = join(folder, "0.log");
  await writeFile(log, "");
  const runtime: Pick<Runtime, "pod" | "execUrl" | "attachUrl" | "portForwardUrl"> = {
    pod: (uid) =>
      Promise.resolve({
        uid,
        sandboxes: [{ id: "box", podUid: uid, attempt: 0, ready: true, createdAt: 0, ips: [] }],
        instances: ["app", "side"].map((name) => runOf(name, log)),
      }),
    execUrl: (_id, [program = ""], streams) => Promise.resolve(fake.exec(program, namesOf(streams))),
    attachUrl: (_id, streams) => Promise.resolve(fake.exec("cat", namesOf(streams))),
    portForwardUrl: () => Promise.resolve(fake.portForward),
  };
  const informers = createInformers({ client, ...parts });
  const pods = informers.informer(Pod);
  const server = await startKubeletServer({
    host: "127.0.0.1",
    port: 0,
    ...kubelet,
    clientCa: authority.certificate,
    access: { trustedUsers: ["kube-apiserver-kubelet-client"] },
    pods,
    runtime,
    clock: realClock,
    log: silentLogger,
  });
  const tls = { ca: authority.certificate, cert: toKubelet.certificate, key: toKubelet.key };
  const streams = podStreaming(createPodStreams({ client, tls, clock: realClock }));
  const port = await listen({
    server: api,
    ...parts,
    port: 0,
    ...serving,
    clientCa: authority.certificate,
    ...streams,
  });
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: server.port } },
  };
  if (!(await client.find(Namespace, { name: "default" })))
    await client.create(Namespace, { metadata: { name: "default" } });
  if (!(await client.find(ServiceAccount, { namespace: "default", name: "default" })))
    await client.create(ServiceAccount, { metadata: { name: "default", namespace: "default" } });
  const node = await client.create(Node, { metadata: { name: "node-1" } });
  await client.updateStatus(Node, { ...node, status });
  const pod = await client.create(Pod, POD);
  const running = {
    phase: "Running" as const,
    containerStatuses: ["app", "side"].map((name) => ({
      name,
      image: "x",
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: {} },
    })),
  };
  await client.updateStatus(Pod, { ...pod, status: running });
  await pods.synced();
  await pods.reached((await client.get(Pod, { namespace: "default", name: "web" })).metadata.resourceVersion);
  const url = `https://127.0.0.1:${port.port}`;
  const names = {
    "--certificate-authority": "ca.crt",
    "--client-certificate": "admin.crt",
    "--client-key": "admin.key",
  };
  const files = Object.entries(names).flatMap(([flag, name]) => [flag, join(folder, name)]);
  const credentials = ["--server", url, ...files];
  return {
    log,
    fake,
    server,
    url,
    credentials,
    authority,
    admin,
    async close() {
      await port.close();
      await server.close();
      await fake.close();
      await informers.close();
      await api.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

function namesOf(streams: object): readonly string[] {
  return Object.entries(streams).flatMap(([name, on]) => (on ? [name === "tty" ? "resize" : name] : []));
}
