// What a pod has as a whole: its sandbox, and what has to be given back in the end.
import { Pod } from "@knots/api";
import { isApiError } from "@knots/machinery";
import { podGroup, podGroups, podLimits } from "./config/resources.ts";
import { logFolder, sandboxConfig } from "./config/sandbox-config.ts";
import type { PodContext } from "./context.ts";
import { messageOf } from "./start-error.ts";

/** Mounts volumes, makes group and folders, and runs the sandbox with its network. */
export async function createSandbox(
  context: PodContext,
  { pod, attempt, signal }: { readonly pod: Pod; readonly attempt: number; readonly signal: AbortSignal },
): Promise<void> {
  const { volumes, groups, files, runtime, events, settings, starts } = context;
  try {
    await volumes.mount(pod, signal);
  } catch (error) {
    signal.throwIfAborted();
    events(pod, "Warning", "FailedMount", messageOf(error));
    throw error;
  }
  try {
    await Promise.all([
      groups.ensure(podGroup(pod, settings), podLimits(pod)),
      ...pod.spec.containers.map(({ name }) => files.prepareLogs(logFolder(pod, settings), name)),
    ]);
    await starts(() => runtime.runSandbox(sandboxConfig(pod, attempt, settings)), signal);
  } catch (error) {
    signal.throwIfAborted();
    events(pod, "Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${messageOf(error)}`);
    throw error;
  }
}

/** Gives back what the pod has on this machine, except its logs. Nothing of it runs. */
export async function giveBack({ volumes, groups, settings }: PodContext, pod: Pod): Promise<void> {
  const { uid } = pod.metadata;
  await volumes.unmount(uid);
  for (const group of podGroups(uid, settings)) await groups.remove(group);
}

/** Lets the server forget a pod that is marked for deletion; another pod of the same name is left alone. */
export async function deleteObject({ client }: PodContext, pod: Pod): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  try {
    await client.delete(Pod, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isApiError(error, "NotFound", "Conflict")) throw error;
  }
}
