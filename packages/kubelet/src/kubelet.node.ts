// The node agent: registers the node, runs its pods, reports both; its end leaves the pods running.
import { Node, Pod } from "@knots/api";
import { type Client, type EventRecorder, type Informers, silentRecorder } from "@knots/client";
import { ensureGroup, findHierarchy, removeGroup } from "@knots/host";
import type { Clock, Logger, Random } from "@knots/std";
import { createImages } from "./images/images.ts";
import { keepLease } from "./node/lease.ts";
import { createMachineReader } from "./node/machine.node.ts";
import { keepNodeStatus } from "./node/node-status.ts";
import type { NodeOptions } from "./node/options.ts";
import type { NodeSettings, Resolver } from "./pods/config/settings.ts";
import type { PodContext } from "./pods/context.ts";
import { podEvents } from "./pods/events.ts";
import { createPodFiles } from "./pods/files.node.ts";
import { createLimit } from "./pods/limit.ts";
import { keepLogsRotated, type LoggedRun } from "./pods/log-rotation.ts";
import { type Pods, runPods } from "./pods/pods.ts";
import type { EnvironmentOf, PodGroups, VolumeManager } from "./pods/ports.ts";
import { check } from "./probes/check.ts";
import { createProbes } from "./probes/probes.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { createStorageMeter } from "./storage/measure.node.ts";
import { watchStorage } from "./storage/watch.ts";

export interface KubeletOptions {
  /** Bound to the identity `system:node:<name>`. */
  readonly client: Client;
  readonly informers: Informers;
  readonly runtime: Runtime;
  readonly volumes: VolumeManager;
  readonly environment: EnvironmentOf;
  readonly recorder?: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly node: NodeOptions;
  /** Data dir of the cluster on this machine. */
  readonly dataDir: string;
  /** Control group that all pods are in, such as `/kts-1a2b3c`. */
  readonly groupRoot: string;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** The node's own resolver, for pods that ask for it. */
  readonly resolver: Resolver;
  /** How many sandboxes and containers are started at once; 8 when absent. Pulls: 4. */
  readonly starts?: number;
  readonly pulls?: number;
  /** Ends the agent; pods go on running. */
  readonly signal: AbortSignal;
}

/** A running agent. */
export interface Kubelet {
  readonly pods: Pods;
  /** The node as it was last written; undefined before that. */
  node(): Node | undefined;
  /** Resolves when the agent has ended. */
  readonly done: Promise<void>;
}

/** Control groups of this machine; looked up once. */
async function podGroups(): Promise<PodGroups> {
  const hierarchy = await findHierarchy();
  return {
    ensure: (group, limits) => ensureGroup(hierarchy, group, limits),
    remove: (group) => removeGroup(hierarchy, group),
  };
}

async function settingsOf(options: KubeletOptions): Promise<NodeSettings> {
  const { memoryBytes } = await createMachineReader(options.dataDir).machine();
  return {
    nodeName: options.node.name,
    hostIPs: options.node.addresses,
    clusterDns: options.clusterDns,
    clusterDomain: options.clusterDomain,
    resolver: options.resolver,
    groupRoot: options.groupRoot,
    memoryBytes,
    logsDir: `${options.dataDir}/log/pods`,
  };
}

async function contextOf(options: KubeletOptions, changed: (podUid: string) => void): Promise<PodContext> {
  const { client, runtime, volumes, environment, clock, log, recorder = silentRecorder } = options;
  const events = podEvents(recorder);
  const settings = await settingsOf(options);
  const probes = createProbes({
    clock,
    check: (target, rules) => check(runtime, target, rules),
    changed,
    unhealthy: (pod, _target, kind, message) => {
      const words = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)} probe failed: ${message}`;
      events(pod, "Warning", "Unhealthy", words);
    },
  });
  return {
    client,
    runtime,
    volumes,
    environment,
    groups: await podGroups(),
    images: createImages({ runtime, events, clock, limit: createLimit(options.pulls ?? 4) }),
    probes,
    files: createPodFiles(settings.logsDir),
    events,
    clock,
    log,
    settings,
    starts: createLimit(options.starts ?? 8),
  };
}

/** The runtime goes on writing to a new file under the old name. */
async function rotate({ files, runtime, clock }: PodContext, { id, logPath }: LoggedRun): Promise<void> {
  if (await files.rotateLog(logPath, clock.now())) await runtime.reopenLog(id);
}

/** Starts the agent. */
export async function runKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, runtime, clock, log, node, informers, signal } = options;
  let pods: Pods | undefined;
  let current: Node | undefined;
  const context = await contextOf(options, (uid) => pods?.wake(uid));
  const reader = createMachineReader(options.dataDir);
  const seen = (next: Node): void => {
    current = next;
  };
  const owner = () =>
    current && { apiVersion: "v1", kind: Node.kind, name: current.metadata.name, uid: current.metadata.uid };
  const bound = informers.informer(Pod, { fieldSelector: `spec.nodeName=${node.name}` });
  const running = runPods({ context, pods: bound, signal });
  pods = running.pods;
  const loops = [
    running.done,
    keepNodeStatus({ client, runtime, reader, node, clock, log, signal, seen }),
    keepLogsRotated({ clock, log, signal, runs: () => running.pods.logged(), rotate: (run) => rotate(context, run) }),
    watchStorage({
      runtime,
      meter: createStorageMeter(`${options.dataDir}/kubelet`),
      pods: () => bound.list().map((pod) => ({ pod, runs: running.pods.runs(pod.metadata.uid) })),
      evict: (uid, message) => running.pods.evict(uid, message),
      clock,
      log,
      signal,
    }),
    keepLease({ client, clock, log, name: node.name, owner, signal }),
  ];
  signal.addEventListener("abort", () => context.probes.close(), { once: true });
  const done = Promise.all(loops).then(() => {});
  return { pods, node: () => current, done };
}
