// Images as OCI layouts on disk: written, read, extended by a layer, and streamed as the archive that imports take.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.node.ts";
import { blobPath, type Compression, readBlob, shareBlob, tarChunks, writeDocument, writeLayer } from "./blobs.node.ts";
import type { LayerEntry } from "./entry.ts";
import {
  configWithLayer,
  type Descriptor,
  documentBytes,
  type ImageConfig,
  type ImageParts,
  imageConfig,
  imageIndex,
  imageManifest,
  type Manifest,
  mediaTypes,
  type RunConfig,
} from "./image.ts";
import { fullReference } from "./reference.ts";

/** An image in a layout of its own. */
export interface LocalImage {
  /** Folder with `oci-layout`, `index.json` and `blobs`. */
  readonly layout: string;
  /** Full references; the first is the image's own name. */
  readonly names: readonly string[];
  /** The manifest: its digest is the image's identity. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/** Completes a layout whose layers are written already. */
export async function writeImage(layout: string, names: readonly string[], parts: ImageParts): Promise<LocalImage> {
  const config = imageConfig(parts);
  const layers = parts.layers.map(({ descriptor }) => descriptor);
  return await finishLayout(layout, names.map(fullReference), config, layers);
}

async function finishLayout(
  layout: string,
  names: readonly string[],
  config: ImageConfig,
  layers: readonly Descriptor[],
): Promise<LocalImage> {
  const manifest = imageManifest(await writeDocument(layout, mediaTypes.config, config), layers);
  const descriptor = await writeDocument(layout, mediaTypes.manifest, manifest);
  const platform = { architecture: config.architecture, os: config.os };
  await writeFileAtomic(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }), { mode: 0o644 });
  // Last: a layout with an index is whole.
  const index = imageIndex(descriptor, names, platform);
  await writeFileAtomic(join(layout, "index.json"), JSON.stringify(index), { mode: 0o644 });
  return { layout, names, descriptor, manifest, config };
}

/** Reads a layout that holds one image. Rejects when it is not whole. */
export async function readImage(layout: string): Promise<LocalImage> {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as { manifests: Descriptor[] };
  const [first] = index.manifests;
  if (!first) throw new Error(`${layout} holds no image`);
  const names = index.manifests.flatMap(({ annotations }) => annotations?.["io.containerd.image.name"] ?? []);
  const descriptor: Descriptor = { mediaType: first.mediaType, digest: first.digest, size: first.size };
  const manifest = JSON.parse((await readBlob(layout, first.digest)).toString("utf8")) as Manifest;
  const config = JSON.parse((await readBlob(layout, manifest.config.digest)).toString("utf8")) as ImageConfig;
  return { layout, names, descriptor, manifest, config };
}

export interface AppendOptions {
  readonly layout: string;
  readonly names: readonly string[];
  readonly entries: Iterable<LayerEntry>;
  readonly createdBy: string;
  readonly run?: RunConfig;
  readonly compression?: Compression;
}

/** A new image in a layout of its own: the base and one more layer. The same input gives the same digest. */
export async function appendLayer(base: LocalImage, options: AppendOptions): Promise<LocalImage> {
  const layer = await writeLayer(options.layout, options.entries, options.compression);
  for (const { digest } of base.manifest.layers) await shareBlob(base.layout, options.layout, digest);
  const change = { createdBy: options.createdBy, ...(options.run && { run: options.run }) };
  const config = configWithLayer(base.config, layer, change);
  const layers = [...base.manifest.layers, layer.descriptor];
  return await finishLayout(options.layout, options.names.map(fullReference), config, layers);
}

/** The image as one tar archive, as `ctr images import -` and other tools read it; under other full names when given. */
export async function* imageArchive(image: LocalImage, names?: readonly string[]): AsyncGenerator<Uint8Array> {
  const { manifest, descriptor } = image;
  const blobs = [descriptor, manifest.config, ...manifest.layers].map(({ digest, size }): LayerEntry => {
    const content = { disk: blobPath(image.layout, digest), size };
    return { type: "file", path: `blobs/sha256/${digest.slice("sha256:".length)}`, mode: 0o644, content };
  });
  const { architecture, os } = image.config;
  const renamed = names && documentBytes(imageIndex(descriptor, names, { architecture, os }));
  const documents = ["oci-layout", "index.json"].map(async (path): Promise<LayerEntry> => {
    const content = (path === "index.json" && renamed) || (await readFile(join(image.layout, path)));
    return { type: "file", path, mode: 0o644, content };
  });
  yield* tarChunks([...blobs, ...(await Promise.all(documents))]);
}
