// What a cluster brings into a containerd of others.
import type { Luggage } from "@knots/cluster";
import { platformImages } from "@knots/delivery";
import { ensureImage, ensurePart, parts, pause } from "@knots/host";
import { pathsOf } from "../settings/paths.ts";
import type { Settings } from "../settings/settings.ts";
import { writeRegistryHost } from "../supervisor/registry-host.node.ts";

/** Made or unpacked where it is not there yet. */
export async function luggageOf({ dataDir }: Settings, progress: (detail: string) => void): Promise<Luggage> {
  const making = { images: pathsOf({ dataDir }).images, progress };
  await writeRegistryHost(dataDir);
  return {
    part: await ensurePart(parts.containerd, { dataDir, progress }),
    images: platformImages(making).filter(({ onNodes }) => onNodes),
    pause: await ensureImage(pause, making),
  };
}
