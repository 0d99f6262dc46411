// Removes images from the registry and frees their space, while nothing can be pushed.
import { type Part, programOf, run } from "@knots/host";
import type { ImageStore } from "../releases/garbage-loop.ts";
import type { RegistryClient } from "./client.node.ts";
import type { RunningRegistry } from "./start.node.ts";
import { storedImages } from "./stored-images.node.ts";

export interface RegistryImagesOptions {
  readonly registry: RunningRegistry;
  readonly client: RegistryClient;
  readonly part: Part;
}

/** Milliseconds for one collection. */
const LIMIT = 600_000;

/** What the platform's collection of images works on. While it frees space, pushes are refused and pulls are cut for a moment. */
export function registryImages({ registry, client, part }: RegistryImagesOptions): ImageStore {
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
