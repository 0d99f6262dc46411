// Puts an image of this machine into the registry, as the base of others.
import { createReadStream } from "node:fs";
import { blobPath, type LocalImage, readBlob } from "@knots/host";
import type { RegistryClient } from "./client.node.ts";

/** Uploads what the registry lacks; answers the manifest's digest. Instant when the tag shows this image already. */
export async function pushImage(client: RegistryClient, repository: string, tag: string, image: LocalImage) {
  const { layout, manifest, descriptor } = image;
  if ((await client.manifest(repository, tag))?.digest === descriptor.digest) return descriptor.digest;
  for (const { digest, size } of [...manifest.layers, manifest.config]) {
    if (await client.hasBlob(repository, digest)) continue;
    await client.uploadBlob(repository, { digest, size, content: createReadStream(blobPath(layout, digest)) });
  }
  const bytes = await readBlob(layout, descriptor.digest);
  return await client.putManifest(repository, tag, { mediaType: descriptor.mediaType, bytes });
}
