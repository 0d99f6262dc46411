// Makes the image of a container present, by its pull policy; equal pulls are one.
import { type Container, type Pod, pullPolicyOf } from "@knots/api";
import type { Clock } from "@knots/std";
import type { AuthConfig } from "../cri/messages/image.ts";
import type { PodSandboxConfig } from "../cri/messages/sandbox.ts";
import type { PodEvents } from "../pods/events.ts";
import type { Limit } from "../pods/limit.ts";
import { messageOf, StartError } from "../pods/start-error.ts";
import type { Runtime, RuntimeImage } from "../runtime/runtime.ts";
import { fullImageName } from "./name.ts";

export interface ImageRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly sandbox: PodSandboxConfig;
  readonly auth?: AuthConfig;
  readonly signal: AbortSignal;
}

export interface Images {
  /** The image, present on this node. Throws {@link StartError}. */
  ensure(request: ImageRequest): Promise<RuntimeImage>;
}

export interface ImagesOptions {
  readonly runtime: Runtime;
  readonly events: PodEvents;
  readonly clock: Clock;
  /** How many pulls may run at once. */
  readonly limit: Limit;
}

interface Pull {
  readonly done: Promise<string>;
  readonly stop: AbortController;
  users: number;
}

/** Pulls by name and login; one that nobody waits for any more is cancelled. */
function createPulls({ runtime, limit }: ImagesOptions) {
  const pulls = new Map<string, Pull>();
  const begin = (key: string, name: string, { sandbox, auth }: ImageRequest): Pull => {
    const stop = new AbortController();
    const options = { sandbox, signal: stop.signal, ...(auth && { auth }) };
    const done = limit(() => runtime.pullImage(name, options), stop.signal).finally(() => pulls.delete(key));
    const pull: Pull = { done, stop, users: 0 };
    pulls.set(key, pull);
    return pull;
  };
  return async (name: string, request: ImageRequest): Promise<void> => {
    const { signal, auth } = request;
    const key = JSON.stringify([name, auth]);
    const pull = pulls.get(key) ?? begin(key, name, request);
    pull.users++;
    const leave = (): void => {
      if (--pull.users === 0) pull.stop.abort(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      await pull.done;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  };
}

async function look(runtime: Runtime, name: string): Promise<RuntimeImage | undefined> {
  try {
    return await runtime.image(name);
  } catch (error) {
    throw new StartError("ImageInspectError", `Failed to inspect image "${name}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

const seconds = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)}ms` : `${(milliseconds / 1000).toFixed(3)}s`;

/** Creates the keeper of this node's images. */
export function createImages(options: ImagesOptions): Images {
  const { runtime, events, clock } = options;
  const pullOnce = createPulls(options);

  const pull = async (full: string, request: ImageRequest): Promise<RuntimeImage> => {
    const { pod, container } = request;
    const begun = clock.monotonic();
    events(pod, "Normal", "Pulling", `Pulling image "${container.image}"`);
    try {
      await pullOnce(full, request);
    } catch (error) {
      request.signal.throwIfAborted();
      const message = `failed to pull image "${container.image}": ${messageOf(error)}`;
      events(pod, "Warning", "Failed", `F${message.slice(1)}`);
      throw new StartError("ErrImagePull", messageOf(error), { cause: error });
    }
    const image = await look(runtime, full);
    if (!image) throw new StartError("ErrImagePull", `image "${container.image}" is missing after it was pulled`);
    const took = seconds(clock.monotonic() - begun);
    const size = `Image size: ${image.size} bytes.`;
    const message = `Successfully pulled image "${container.image}" in ${took} (${took} including waiting). ${size}`;
    events(pod, "Normal", "Pulled", message);
    return image;
  };

  return {
    async ensure(request) {
      const { pod, container } = request;
      const { image: name = "", imagePullPolicy: policy = pullPolicyOf(name) } = container;
      const full = fullImageName(name);
      if (full === undefined) {
        const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format`;
        events(pod, "Warning", "InspectFailed", message);
        throw new StartError("InvalidImageName", message);
      }
      if (policy === "Always") return await pull(full, request);
      const present = await look(runtime, full);
      if (present) {
        events(pod, "Normal", "Pulled", `Container image "${name}" already present on machine`);
        return present;
      }
      if (policy === "IfNotPresent") return await pull(full, request);
      const message = `Container image "${name}" is not present with pull policy of Never`;
      events(pod, "Warning", "ErrImageNeverPull", message);
      throw new StartError("ErrImageNeverPull", message);
    },
  };
}
