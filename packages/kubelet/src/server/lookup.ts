// Finds what a stream is about: the pod of this node, the run of its container, its sandbox.
import type { Container, Pod } from "@knots/api";
import type { Lister } from "@knots/client";
import type { Instance, Runtime } from "../runtime/runtime.ts";
import { RequestError } from "./error.ts";
import type { PodName } from "./routes.ts";

/** What is known of pods, by the API and by the runtime. */
export interface LookupOptions {
  /** Pods that are bound to this node. */
  readonly pods: Pick<Lister<Pod>, "get">;
  readonly runtime: Pick<Runtime, "pod">;
}

export function findPod({ pods }: LookupOptions, { namespace, name, uid }: PodName): Pod {
  const pod = pods.get(namespace, name);
  if (!pod || (uid !== undefined && pod.metadata.uid !== uid)) throw new RequestError(404, "pod does not exist\n");
  return pod;
}

export function findContainer({ metadata, spec }: Pod, name: string): Container {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
  const found = all.find((container) => container.name === name);
  if (!found)
    throw new RequestError(404, `container "${name}" not found in pod "${metadata.name}_${metadata.namespace}"\n`);
  return found;
}

/** Runs of a container, the newest first. */
async function runsOf({ runtime }: LookupOptions, pod: Pod, name: string): Promise<readonly Instance[]> {
  const { instances } = await runtime.pod(pod.metadata.uid);
  return instances
    .filter((instance) => instance.name === name)
    .toSorted((a, b) => b.restartCount - a.restartCount || b.createdAt - a.createdAt);
}

export async function runningInstance(options: LookupOptions, pod: Pod, name: string): Promise<Instance> {
  const running = (await runsOf(options, pod, name)).find(({ phase }) => phase === "running");
  if (!running) throw new RequestError(500, `container not found ("${name}")`);
  return running;
}

export async function readySandbox({ runtime }: LookupOptions, pod: Pod): Promise<string> {
  const { sandboxes } = await runtime.pod(pod.metadata.uid);
  const ready = sandboxes.find((sandbox) => sandbox.ready);
  if (!ready) throw new RequestError(500, `pod not found ("${pod.metadata.name}_${pod.metadata.namespace}")`);
  return ready.id;
}

function waitingReason({ status }: Pod, name: string): string {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status ?? {};
  const all = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  return all.find((each) => each.name === name)?.state?.waiting?.reason ?? "ContainerCreating";
}

/** The run whose log is wanted: the present one, or the one before it. */
export async function loggedInstance(
  options: LookupOptions,
  pod: Pod,
  name: string,
  previous: boolean,
): Promise<Instance> {
  const runs = await runsOf(options, pod, name);
  const place = `container "${name}" in pod "${pod.metadata.name}"`;
  if (previous) {
    const ended = runs
      .slice(runs[0]?.phase === "exited" && waitsForRestart(pod, name) ? 0 : 1)
      .find(({ phase }) => phase === "exited");
    if (!ended) throw new RequestError(400, `previous terminated ${place} not found`);
    return ended;
  }
  const [newest] = runs.filter(({ phase }) => phase === "running" || phase === "exited");
  if (!newest) throw new RequestError(400, `${place} is waiting to start: ${waitingReason(pod, name)}`);
  return newest;
}

/** Between two runs the last one is the previous one already. */
function waitsForRestart({ status }: Pod, name: string): boolean {
  const found = status?.containerStatuses?.find((each) => each.name === name);
  return found?.state?.waiting !== undefined;
}
