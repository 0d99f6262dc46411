// Starts one run of a container: image, environment, mounts, create, start, postStart.
import type { Container, Pod } from "@knots/api";
import { CreateContainerConfigError } from "../env/error.ts";
import { runHook } from "../probes/check.ts";
import type { RuntimeImage, Sandbox } from "../runtime/runtime.ts";
import type { StartAction } from "./actions.ts";
import { containerConfig } from "./config/container-config.ts";
import { logFolder, sandboxConfig } from "./config/sandbox-config.ts";
import { checkNonRoot } from "./config/security.ts";
import type { PodContext } from "./context.ts";
import { graceOf } from "./plan-stop.ts";
import type { PodPlace } from "./ports.ts";
import { messageOf, StartError, type StartReason } from "./start-error.ts";

/** One start that was decided. */
export interface Start {
  readonly pod: Pod;
  readonly action: StartAction;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
}

/** Gives what goes wrong in `work` the reason of this step, unless it is known better. */
async function step<T>(reason: StartReason, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StartError) throw error;
    const known = error instanceof CreateContainerConfigError ? "CreateContainerConfigError" : reason;
    throw new StartError(known, messageOf(error), { cause: error });
  }
}

export function placeOf({ pod, sandbox }: Pick<Start, "pod" | "sandbox">, hostIPs: readonly string[]): PodPlace {
  return { podIPs: pod.spec.hostNetwork ? hostIPs : sandbox.ips, hostIPs };
}

async function configOf(context: PodContext, start: Start, image: RuntimeImage) {
  const { volumes, environment, files, events, settings } = context;
  const { pod, action, signal } = start;
  const { container, restartCount } = action;
  checkNonRoot(pod, container.spec, image);
  const place = placeOf(start, settings.hostIPs);
  const { name } = container.spec;
  await volumes.mount(pod, signal);
  const [found, mounts, terminationLog] = await Promise.all([
    environment(pod, container.spec, place),
    volumes.mountsOf(pod, container.spec, place),
    volumes.terminationLog(pod.metadata.uid, name, String(restartCount)),
    files.prepareLogs(logFolder(pod, settings), name),
  ]);
  for (const sentence of found.skipped) events(pod, "Warning", "InvalidEnvironmentVariableNames", sentence);
  const variables = found.variables;
  return containerConfig({
    pod,
    container,
    restartCount,
    imageRef: image.id,
    variables,
    mounts,
    terminationLog,
    settings,
  });
}

async function createAndStart(context: PodContext, start: Start, image: RuntimeImage): Promise<string> {
  const { runtime, events, settings } = context;
  const { pod, action, sandbox, signal } = start;
  const { name } = action.container.spec;
  const config = await step("CreateContainerConfigError", configOf(context, start, image));
  signal.throwIfAborted();
  const shared = sandboxConfig(pod, sandbox.attempt, settings);
  const id = await step("CreateContainerError", runtime.createContainer(sandbox.id, config, shared));
  events(pod, "Normal", "Created", `Created container: ${name}`);
  signal.throwIfAborted();
  await step("RunContainerError", runtime.startContainer(id));
  events(pod, "Normal", "Started", `Started container ${name}`);
  return id;
}

/** Runs the hook; a container whose hook fails is killed. */
async function afterStart(context: PodContext, start: Start, run: { readonly id: string; readonly spec: Container }) {
  const { runtime, clock, events, settings } = context;
  const { pod, signal } = start;
  const hook = run.spec.lifecycle?.postStart;
  if (!hook) return;
  const ip = placeOf(start, settings.hostIPs).podIPs[0] ?? "";
  const target = { containerId: run.id, container: run.spec, ip };
  try {
    await runHook(hook, { runtime, clock, target, timeout: 0, signal });
  } catch (error) {
    signal.throwIfAborted();
    const message = `PostStartHook failed: ${messageOf(error)}`;
    events(pod, "Warning", "FailedPostStartHook", message);
    await runtime.stopContainer(run.id, graceOf(pod));
    throw new StartError("PostStartHookError", message, { cause: error });
  }
}

/** Does it all; throws {@link StartError}, or the signal's reason. `started` is called when the container runs. */
export async function startContainer(context: PodContext, start: Start, started: () => void): Promise<void> {
  const { images, events, settings, starts } = context;
  const { pod, action, sandbox, signal } = start;
  const { spec } = action.container;
  try {
    const request = { pod, container: spec, sandbox: sandboxConfig(pod, sandbox.attempt, settings), signal };
    const image = await images.ensure(request);
    const id = await starts(() => createAndStart(context, start, image), signal);
    started();
    await afterStart(context, start, { id, spec });
  } catch (error) {
    if (error instanceof StartError && error.reason !== "PostStartHookError")
      events(pod, "Warning", "Failed", `Error: ${shownIn(error)}`);
    throw error;
  }
}

/** Pulls have told their story in an event of their own. */
const shownIn = ({ reason, message }: StartError): string => (reason.includes("Image") ? reason : message);
