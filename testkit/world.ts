// A whole control plane in virtual time: the API in memory, controllers, scheduler and simulated nodes, all from one seed.
import { builtinKinds, Namespace, Pod } from "@knots/api";
import {
  type Client,
  type Controller,
  createClient,
  createEventRecorder,
  createFakeApi,
  createInformers,
  type FakeApi,
  type Faults,
  faulty,
  type Informers,
  runControllers,
  type Transport,
} from "@knots/client";
import { type AnyKind, ApiError, failure, type KubeObject } from "@knots/machinery";
import { runScheduler } from "@knots/scheduler";
import { type Behaviour, runSimulatedNodes, type SimulatedNodes, simulatedNodes } from "@knots/simulation";
import { createVirtualClock, formatTime, type Logger, seededRandom, silentLogger, type VirtualClock } from "@knots/std";

export interface WorldOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly controllers: (clock: VirtualClock) => readonly Controller[];
  readonly behaviour?: Behaviour;
  /** What goes wrong between the components and the API; read before every decision. */
  readonly faults?: () => Faults;
  readonly log?: Logger;
  /** Further loops to run; each gets what a component gets and ends with the signal. */
  readonly loops?: (outside: Outside) => readonly { close(): Promise<void> }[];
}
export interface Outside {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: VirtualClock;
  readonly log: Logger;
  readonly random: ReturnType<typeof seededRandom>;
  readonly recorder: ReturnType<typeof createEventRecorder>;
}

export interface World {
  readonly api: FakeApi;
  readonly clock: VirtualClock;
  /** A client without faults, for the test itself. */
  readonly client: Client;
  /** Copies without faults, for the test and its monitors. */
  readonly informers: Informers;
  readonly nodes: SimulatedNodes;
  /** Lets virtual time pass in small steps until `holds`; fails after `seconds`. */
  until(what: string, holds: () => Promise<boolean> | boolean, seconds?: number): Promise<void>;
  /** Lets virtual time pass until the promise is settled. */
  during<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Pods on a node and namespaces with content wait to be confirmed gone. */
function grace(kind: AnyKind, object: KubeObject): number {
  if (kind === Pod) {
    const { spec } = object as Pod;
    return spec?.nodeName ? (spec.terminationGracePeriodSeconds ?? 30) : 0;
  }
  return kind === Namespace && ((object as Namespace).spec?.finalizers ?? []).length > 0 ? 1 : 0;
}

function bound(clock: VirtualClock) {
  return (object: KubeObject, body: KubeObject): KubeObject => {
    const pod = object as Pod;
    const { target } = body as KubeObject & { readonly target: { readonly name: string } };
    if (pod.spec?.nodeName)
      throw new Error(`pod ${pod.metadata.name} is already assigned to node "${pod.spec.nodeName}"`);
    const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: formatTime(clock.now()) } as const;
    const conditions = [...(pod.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled"), scheduled];
    return { ...pod, spec: { ...pod.spec, nodeName: target.name }, status: { ...pod.status, conditions } } as Pod;
  };
}

const finalized = (object: KubeObject, body: KubeObject): KubeObject =>
  ({ ...object, spec: (body as Namespace).spec }) as KubeObject;

/** Refuses what a namespace that is being deleted must not get, as admission does. */
function admitting(transport: Transport): Transport {
  const namespaces = createClient(transport);
  return {
    ...transport,
    async request(request, signal) {
      const { verb, namespace, subresource, resource } = request;
      if (verb !== "create" || !namespace || subresource) return transport.request(request, signal);
      const found = await namespaces.find(Namespace, { name: namespace });
      if (found && found.metadata.deletionTimestamp === undefined) return transport.request(request, signal);
      const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
      const causes = [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }];
      throw new ApiError(failure(403, "Forbidden", `${resource.resource} is forbidden: ${message}`, { causes }));
    },
  };
}

async function passTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  const state = { pending: true };
  const end = (): void => {
    state.pending = false;
  };
  work.then(end, end);
  while (state.pending) await clock.advance(100);
  return work;
}

/** Starts a world; everything in it follows from the seed. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { seed, log = silentLogger, faults } = options;
  const clock = createVirtualClock();
  const random = seededRandom(seed);
  const subresources = { "pods/binding": bound(clock), "namespaces/finalize": finalized };
  const api = createFakeApi({ kinds: builtinKinds, clock, random: seededRandom(seed + 1), subresources, grace });
  const admitted = admitting(api.transport);
  const transport = faults ? faulty(admitted, { clock, random: seededRandom(seed + 2), faults }) : admitted;
  const own = createClient(admitted);
  for (const name of ["default", "kube-node-lease"]) {
    await own.create(Namespace, { metadata: { name, labels: {} }, spec: { finalizers: ["kubernetes"] } });
  }
  const client = createClient(transport);
  const outside = { clock, random, log };
  const informers = createInformers({ client, ...outside });
  const watching = createInformers({ client: own, ...outside });
  const recorder = createEventRecorder({ client, ...outside });
  const stop = new AbortController();
  const component = { client, informers, recorder, ...outside };
  const running = runControllers(options.controllers(clock), { ...component, signal: stop.signal });
  const loops = options.loops?.(component) ?? [];
  const scheduler = runScheduler({ ...component, signal: stop.signal });
  const simulation = { clientOf: () => client, informers, recorder, clock, log };
  const nodes = runSimulatedNodes({
    ...simulation,
    nodes: simulatedNodes(options.nodes),
    ...(options.behaviour && { behaviour: options.behaviour }),
  });
  return {
    api,
    clock,
    client: own,
    informers: watching,
    nodes,
    async until(what, holds, seconds = 600) {
      const end = clock.now() + seconds * 1000;
      while (!(await holds())) {
        if (clock.now() >= end) throw new Error(`not within ${seconds} s: ${what}`);
        await clock.advance(250);
      }
    },
    during: (work) => passTime(clock, work),
    async close() {
      stop.abort();
      const closing = Promise.all([
        running.close(),
        nodes.close(),
        scheduler,
        recorder.close(),
        ...loops.map((loop) => loop.close()),
      ]);
      await passTime(clock, closing);
      await Promise.all([informers.close(), watching.close()]);
    },
  };
}
