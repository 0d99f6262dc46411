// The ingress controller: any change leads to a new routes plan, HAProxy is brought to it, and the API is told.
import { EndpointSlice, Ingress, IngressClass, Pod, Secret, Service } from "@knots/api";
import type { Client, EventRecorder, Informer, Informers } from "@knots/client";
import { isApiError, type KubeObject } from "@knots/machinery";
import { type Clock, deepEqual, deferred, formatTime, type Logger } from "@knots/std";
import { type DriverOptions, type IngressDriver, startDriver } from "../haproxy/driver.node.ts";
import { routesPlan } from "../routes/plan.ts";
import type { HostCertificate, Problem, RoutesPlan } from "../routes/routes.ts";
import { createRounds } from "./rounds.ts";
import { DRAIN_ANNOTATION, RELEASED_CONDITION, trafficPlan } from "./traffic.ts";

export interface IngressOptions extends Omit<DriverOptions, "released" | "certificateFor"> {
  readonly client: Client;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  /** Signs a certificate for a host; answers certificate and key in one PEM text. */
  readonly sign: (host: string) => Promise<string>;
  /** Addresses shown in the status of Ingresses. */
  readonly published: readonly string[];
}
/** A running ingress. */
export interface RunningIngress {
  /** Resolves when HAProxy serves what the API held at the call. */
  synced(): Promise<void>;
  /** Stops following the API; HAProxy goes on serving. */
  close(): Promise<void>;
}

const COMPONENT = "knots-ingress";
/** Milliseconds before HAProxy is tried again when it did not take a change. */
const RETRY = 1000;

interface Watched {
  readonly ingresses: Informer<Ingress>;
  readonly classes: Informer<IngressClass>;
  readonly services: Informer<Service>;
  readonly slices: Informer<EndpointSlice>;
  readonly secrets: Informer<Secret>;
  readonly pods: Informer<Pod>;
}

function watchAll(informers: Informers): Watched {
  const slices = informers.informer(EndpointSlice);
  slices.addIndex("service", ({ metadata }) => [
    `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}`,
  ]);
  return {
    ingresses: informers.informer(Ingress),
    classes: informers.informer(IngressClass),
    services: informers.informer(Service),
    slices,
    secrets: informers.informer(Secret, { fieldSelector: "type=kubernetes.io/tls" }),
    pods: informers.informer(Pod),
  };
}

function planOf({ ingresses, classes, services, slices, secrets }: Watched): RoutesPlan {
  return routesPlan({ ingresses: ingresses.list(), classes: classes.list(), services, slices, secrets });
}

/** The PEM text of a host: its Secret's, or one signed by the cluster's authority, made once. */
function certificates(watched: Watched, sign: (host: string) => Promise<string>) {
  const signed = new Map<string, string>();
  return async ({ host, secret }: HostCertificate): Promise<string> => {
    const [namespace = "", name = ""] = secret?.split("/") ?? [];
    const data = secret === undefined ? undefined : watched.secrets.get(namespace, name)?.data;
    if (data?.["tls.crt"] && data["tls.key"])
      return [data["tls.crt"], data["tls.key"]].map((text) => Buffer.from(text, "base64").toString("utf8")).join("\n");
    const known = signed.get(host) ?? (await sign(host));
    signed.set(host, known);
    return known;
  };
}

/** Writes that race with a pod's or an Ingress's end are of no consequence. */
async function unlessGone(write: Promise<unknown>, log: Logger): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (isApiError(error, "NotFound", "Conflict", "Invalid")) return;
    log.warn("ingress could not write", { error });
  }
}

async function reportTraffic(options: IngressOptions, watched: Watched, driver: IngressDriver): Promise<void> {
  const { client, clock, log } = options;
  const { mark, release } = trafficPlan(watched.pods.list(), driver.served());
  const patch = (pod: Pod, body: object, subresource?: string): Promise<void> =>
    unlessGone(
      client.patch(
        Pod,
        pod.metadata,
        { type: "application/strategic-merge-patch+json", body: { metadata: { uid: pod.metadata.uid }, ...body } },
        { ...(subresource && { subresource }) },
      ),
      log,
    );
  const released = {
    type: RELEASED_CONDITION,
    status: "True",
    lastTransitionTime: formatTime(clock.now()),
    reason: "Drained",
    message: "Ingress leads no request to this pod.",
  };
  await Promise.all([
    ...mark.map((pod) =>
      patch(pod, { metadata: { uid: pod.metadata.uid, annotations: { [DRAIN_ANNOTATION]: "ingress" } } }),
    ),
    ...release.map((pod) => patch(pod, { status: { conditions: [released] } }, "status")),
  ]);
}

async function reportStatus(options: IngressOptions, watched: Watched, plan: RoutesPlan): Promise<void> {
  const ingress = options.published.map((ip) => ({ ip }));
  for (const name of plan.served) {
    const [namespace = "", own = ""] = name.split("/");
    const object = watched.ingresses.get(namespace, own);
    if (!object || deepEqual(object.status?.loadBalancer?.ingress, ingress)) continue;
    await unlessGone(
      options.client.updateStatus(Ingress, { ...object, status: { loadBalancer: { ingress } } }),
      options.log,
    );
  }
}

/** Tells of each problem once, until it is gone. */
function problemReporter({ recorder }: IngressOptions, watched: Watched) {
  let told = new Set<string>();
  return (problems: readonly Problem[]): void => {
    const now = new Set<string>();
    for (const { ingress, reason, message } of problems) {
      const key = `${ingress} ${message}`;
      const [namespace = "", name = ""] = ingress.split("/");
      const regarding: KubeObject | undefined = watched.ingresses.get(namespace, name);
      now.add(key);
      if (!told.has(key) && regarding) recorder.record(COMPONENT, { regarding, type: "Warning", reason, message });
    }
    told = now;
  };
}

/** Starts HAProxy with what it served last, and follows the API from the moment when all of it is known. */
export async function runIngress(options: IngressOptions): Promise<RunningIngress> {
  const { log, clock } = options;
  const watched = watchAll(options.informers);
  const all: readonly Pick<Informer<KubeObject>, "synced">[] = Object.values(watched);
  const closing = deferred<"closed">();
  const known = Promise.race([Promise.all(all.map((informer) => informer.synced())), closing.promise]);
  const certificateFor = certificates(watched, options.sign);
  const driver = await startDriver({ ...options, certificateFor, released: () => void rounds.wake() });
  const tellProblems = problemReporter(options, watched);
  const round = async (): Promise<void> => {
    // A plan from copies that are not complete would take sites away.
    if ((await known) === "closed") return;
    const plan = planOf(watched);
    await driver.apply(plan);
    await reportTraffic(options, watched, driver);
    await reportStatus(options, watched, plan);
    tellProblems(plan.problems);
  };
  const rounds = createRounds(round, { clock, log, retry: RETRY });
  const unsubscribe = subscribeAll(watched, () => void rounds.wake());
  void rounds.wake();
  return {
    synced: () => rounds.wake(),
    async close() {
      closing.resolve("closed");
      unsubscribe();
      await rounds.close();
      await driver.close();
    },
  };
}

/** Calls `changed` for every change that may change routes or releases. */
function subscribeAll(
  { ingresses, classes, services, slices, secrets, pods }: Watched,
  changed: () => void,
): () => void {
  const handler = { added: changed, updated: changed, deleted: changed };
  const leave = [
    ingresses.subscribe(handler),
    classes.subscribe(handler),
    services.subscribe(handler),
    slices.subscribe(handler),
    secrets.subscribe(handler),
    pods.subscribe({ updated: changed }),
  ];
  return () => {
    for (const each of leave) each();
  };
}
