// The node agent put together: CRI, volumes, environment and the kubelet under the node's own identity.
import { Pod, Service } from "@knots/api";
import { createEventRecorder, createInformers } from "@knots/client";
import { createGrpcClient, type KeyPair } from "@knots/host";
import {
  createCriRuntime,
  createEnvironmentOf,
  createPodTokens,
  createReferencedObjects,
  createVolumeManager,
  type Kubelet,
  type KubeletServer,
  type NodeVolumes,
  type Runtime,
  runKubelet,
  startKubeletServer,
} from "@knots/kubelet";
import type { NodeSurroundings } from "./surroundings.ts";

/** A running agent with what it works with. */
export interface RunningAgent {
  readonly kubelet: Kubelet;
  readonly runtime: Runtime;
  readonly server: KubeletServer;
  /** Stops the agent; pods go on running. */
  close(): Promise<void>;
}

/** Errors of a background refresh are logged: the next change tries again. */
function refresher(volumes: () => NodeVolumes, { log }: NodeSurroundings): (uids: readonly string[]) => void {
  return (uids) => {
    for (const uid of uids)
      volumes()
        .refresh(uid)
        .catch((error: unknown) => log.warn("volumes of a pod were not refreshed", { uid, error }));
  };
}

/** Starts the agent; `serving` is the certificate of its server. */
export async function startAgent(surroundings: NodeSurroundings, serving: KeyPair): Promise<RunningAgent> {
  const { client, clock, random, log, settings } = surroundings;
  const informers = createInformers({ client, clock, random, log });
  const recorder = createEventRecorder({ client, clock, random, log, host: settings.name });
  const grpc = createGrpcClient(`unix://${settings.containerd}`);
  const runtime = createCriRuntime({ client: grpc, clock });
  const stop = new AbortController();
  let volumes: NodeVolumes;
  let running: Kubelet | undefined;
  const objects = createReferencedObjects({
    client,
    clock,
    random,
    log,
    changed: refresher(() => volumes, surroundings),
  });
  const allocatable = () => running?.node()?.status?.allocatable ?? {};
  const environment = createEnvironmentOf({ objects, services: informers.informer(Service), allocatable });
  const tokens = createPodTokens({ client, clock, random, log });
  volumes = createVolumeManager({
    root: `${settings.dataDir}/kubelet`,
    objects,
    tokens,
    environment,
    allocatable,
    clusterDomain: settings.clusterDomain,
    clock,
    log,
  });
  const kubelet = await runKubelet({
    client,
    informers,
    runtime,
    volumes,
    environment,
    recorder,
    clock,
    random,
    log,
    node: { name: settings.name, addresses: [settings.address], podCidr: settings.podCidr, port: settings.port },
    dataDir: settings.dataDir,
    groupRoot: settings.groupRoot,
    clusterDns: [settings.clusterDns],
    clusterDomain: settings.clusterDomain,
    resolver: settings.resolver,
    signal: stop.signal,
  });
  running = kubelet;
  const server = await startKubeletServer({
    host: settings.address,
    port: settings.port,
    certificate: serving.certificate,
    key: serving.key,
    clientCa: settings.authority,
    access: { trustedUsers: ["kube-apiserver"] },
    pods: informers.informer(Pod, { fieldSelector: `spec.nodeName=${settings.name}` }),
    runtime,
    clock,
    log,
  });
  return {
    kubelet,
    runtime,
    server,
    async close() {
      await server.close();
      stop.abort(new Error("the node agent was stopped"));
      await kubelet.done;
      await volumes.close();
      await objects.close();
      await recorder.close();
      await informers.close();
      grpc.close();
    },
  };
}
