// A real containerd with one pod on the node's own network, made for a pod of the API.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Pod } from "@knots/api";
import {
  busybox,
  type Containerd,
  createGrpcClient,
  ensureImage,
  ensurePart,
  parts,
  pause,
  startContainerd,
} from "@knots/host";
import { createCriRuntime, type Runtime } from "@knots/kubelet";
import { realClock } from "@knots/std";

/** What needs the package archive. */
export async function prepare(dataDir: string): Promise<void> {
  await ensurePart(parts.containerd, { dataDir });
  for (const recipe of [busybox, pause]) await ensureImage(recipe, { images: join(dataDir, "images") });
}

export async function startParts(dataDir: string): Promise<Containerd> {
  const containerd = await startContainerd({ dataDir, part: await ensurePart(parts.containerd, { dataDir }) });
  const images = join(dataDir, "images");
  for (const recipe of [busybox, pause]) await containerd.importImage(await ensureImage(recipe, { images }));
  return containerd;
}

/** `app` repeats what it is told and then ends; `side` serves its folder over HTTP on port 8080. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  app: ["sh", "-c", "echo begin; while read -r line; do echo heard $line; done; echo end"],
  side: ["sh", "-c", "mkdir -p /www; echo hello >/www/index.html; exec httpd -f -p 127.0.0.1:8080 -h /www"],
};
/** Network namespace of the node. */
const NODE_NETWORK = { namespaceOptions: { network: 2 } };

/** Starts the containers of the pod. */
export async function startPod(runtime: Runtime, pod: Pod, logs: string): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  await mkdir(logs, { recursive: true });
  const labels = {
    "io.kubernetes.pod.name": name,
    "io.kubernetes.pod.namespace": namespace,
    "io.kubernetes.pod.uid": uid,
  };
  const linux = { securityContext: NODE_NETWORK };
  const sandbox = { metadata: { name, namespace, uid, attempt: 0 }, logDirectory: logs, labels, linux };
  const id = await runtime.runSandbox(sandbox);
  for (const container of pod.spec?.containers ?? []) {
    const config = {
      metadata: { name: container.name, attempt: 0 },
      image: { image: "busybox:1.36" },
      command: COMMANDS[container.name] ?? [],
      labels: { ...labels, "io.kubernetes.container.name": container.name },
      logPath: `${container.name}.log`,
      stdin: true,
      linux,
    };
    await runtime.startContainer(await runtime.createContainer(id, config, sandbox));
  }
}

export function connectRuntime({ address }: Containerd): { readonly runtime: Runtime; close(): void } {
  const client = createGrpcClient(`unix://${address}`);
  return { runtime: createCriRuntime({ client, clock: realClock }), close: () => client.close() };
}
