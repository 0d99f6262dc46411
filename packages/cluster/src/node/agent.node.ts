// The node agent put together: CRI, volumes, environment and the kubelet under the node's own identity.
import { Pod, Service } from "@knots/api";
import { createEventRecorder, createInformers, type Informers, type RunningRecorder } from "@knots/client";
import { createGrpcClient, type GrpcClient, type KeyPair } from "@knots/host";
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
function refresher(
  { volumes, wake }: { readonly volumes: () => NodeVolumes; readonly wake: (uid: string) => void },
  { log }: NodeSurroundings,
): (uids: readonly string[]) => void {
  return (uids) => {
    for (const uid of uids) {
      wake(uid);
      volumes()
        .refresh(uid)
        .catch((error: unknown) => log.warn("volumes of a pod were not refreshed", { uid, error }));
    }
  };
}

/** What volumes and environment are told of the agent that they serve. */
interface KubeletFacts {
  readonly allocatable: () => Readonly<Record<string, string>>;
  /** A pod that waits for an object looks again. */
  readonly wake: (uid: string) => void;
}

/** What the parts of an agent share. */
interface Tools {
  readonly informers: Informers;
  readonly recorder: RunningRecorder;
  readonly grpc: GrpcClient;
  readonly runtime: Runtime;
}

function toolsOf({ client, clock, random, log, settings }: NodeSurroundings): Tools {
  const grpc = createGrpcClient(`unix://${settings.containerd}`);
  return {
    informers: createInformers({ client, clock, random, log }),
    recorder: createEventRecorder({ client, clock, random, log, host: settings.name }),
    grpc,
    runtime: settings.shared ? settings.shared(grpc) : createCriRuntime({ client: grpc, clock }),
  };
}

/** Volumes and environment of containers, following the objects that pods refer to. */
function filesOf(surroundings: NodeSurroundings, informers: Informers, { allocatable, wake }: KubeletFacts) {
  const { client, clock, random, log, settings } = surroundings;
  let volumes: NodeVolumes;
  const changed = refresher({ volumes: () => volumes, wake }, surroundings);
  const objects = createReferencedObjects({ client, clock, random, log, changed });
  const environment = createEnvironmentOf({ objects, services: informers.informer(Service), allocatable });
  const tokens = createPodTokens({ client, clock, random, log });
  const { clusterDomain, dataDir } = settings;
  volumes = createVolumeManager({
    root: `${dataDir}/kubelet`,
    objects,
    tokens,
    environment,
    allocatable,
    clusterDomain,
    clock,
    log,
  });
  return { volumes, objects, environment };
}

function serve(
  { settings, clock, log }: NodeSurroundings,
  serving: KeyPair,
  { informers, runtime }: Tools,
): Promise<KubeletServer> {
  const { address: host, port, authority: clientCa, name } = settings;
  const pods = informers.informer(Pod, { fieldSelector: `spec.nodeName=${name}` });
  return startKubeletServer({
    host,
    port,
    ...serving,
    clientCa,
    access: { trustedUsers: ["kube-apiserver"] },
    pods,
    runtime,
    clock,
    log,
  });
}

/** Starts the agent; `serving` is the certificate of its server. */
export async function startAgent(surroundings: NodeSurroundings, serving: KeyPair): Promise<RunningAgent> {
  const { client, clock, random, log, settings } = surroundings;
  const { name, address, podCidr, port, dataDir, groupRoot, clusterDns, clusterDomain, resolver } = settings;
  const tools = toolsOf(surroundings);
  const stop = new AbortController();
  let running: Kubelet | undefined;
  const allocatable = () => running?.node()?.status?.allocatable ?? {};
  const wake = (uid: string): void => running?.pods.wake(uid);
  const { volumes, objects, environment } = filesOf(surroundings, tools.informers, { allocatable, wake });
  const kubelet = await runKubelet({
    ...tools,
    client,
    volumes,
    environment,
    clock,
    random,
    log,
    node: { name, addresses: [address], podCidr, port },
    dataDir,
    groupRoot,
    clusterDns: [clusterDns],
    clusterDomain,
    resolver,
    signal: stop.signal,
  });
  running = kubelet;
  const server = await serve(surroundings, serving, tools);
  return {
    kubelet,
    runtime: tools.runtime,
    server,
    async close() {
      await server.close();
      stop.abort(new Error("the node agent was stopped"));
      await kubelet.done;
      await volumes.close();
      await objects.close();
      await tools.recorder.close();
      await tools.informers.close();
      tools.grpc.close();
    },
  };
}
