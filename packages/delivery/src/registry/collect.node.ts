// Removes images from the registry and frees their space, while nothing can be pushed.
import { type Part, programOf, run } from "@knots/host";
import type { RegistryClient } from "./client.node.ts";
import type { RunningRegistry } from "./start.node.ts";
import { type StoredImage, storedImages } from "./stored-images.node.ts";

export interface RegistryImages {
  list(signal: AbortSignal): Promise<readonly StoredImage[]>;
  /** Removes a manifest and its tags; one that is gone already is no error. */
  remove(image: Pick<StoredImage, "repository" | "digest">, signal: AbortSignal): Promise<void>;
  /** Frees the space of what was removed. Pushes are refused and pulls are cut for the moment that it takes. */
  sweep(signal: AbortSignal): Promise<void>;
}

export interface RegistryImagesOptions {
  readonly registry: RunningRegistry;
  readonly client: RegistryClient;
  readonly part: Part;
}

/** Milliseconds for one collection. */
const LIMIT = 600_000;

export function registryImages({ registry, client, part }: RegistryImagesOptions): RegistryImages {
  return {
    list: () => storedImages(registry.storage),
    async remove({ repository, digest }, signal) {
      signal.throwIfAborted();
      await client.deleteManifest(repository, digest);
    },
    async sweep(signal) {
      // A push between mark and sweep would lose its blobs: hence read-only.
      await registry.whileReadOnly(async (config) => {
        const argv = [programOf(part, "docker-registry"), "garbage-collect", config];
        await run(argv, { signal, timeout: LIMIT, env: { ...part.env, OTEL_TRACES_EXPORTER: "none" } });
      });
    },
  };
}
