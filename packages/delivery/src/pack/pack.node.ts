// Packs finished pages as one layer on the base image and pushes the result; equal input gives an equal digest.
import { createReadStream } from "node:fs";
import {
  blobPath,
  configWithLayer,
  documentBytes,
  type ImageConfig,
  imageManifest,
  type Layer,
  type Manifest,
  mediaTypes,
  writeLayer,
} from "@knots/host";
import { digestOf, type RegistryClient } from "../registry/client.node.ts";
import { type PageLimits, pageFiles } from "./page-files.node.ts";
import { SITE_ROOT } from "./site-root.ts";

export interface PackRequest {
  /** Folder with the finished pages. */
  readonly folder: string;
  /** Folder for the layer while it is made. */
  readonly scratch: string;
  readonly client: RegistryClient;
  /** Repository and tag of the result. */
  readonly repository: string;
  readonly tag: string;
  /** Base image in the same registry. */
  readonly base: { readonly repository: string; readonly reference: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly limits?: PageLimits;
}

export interface PackResult {
  /** Of the manifest. */
  readonly digest: string;
  /** Of the new layer, compressed. */
  readonly bytes: number;
  readonly files: number;
}

/** Rejects with an UnusableOutputError, or as the registry client does. */
export async function packPages(request: PackRequest): Promise<PackResult> {
  const { client, repository, tag } = request;
  const pages = await pageFiles(request.folder, SITE_ROOT, request.limits);
  const [base, layer] = await Promise.all([readBase(request), writeLayer(request.scratch, pages.entries)]);
  const run = { ...base.config.config, Labels: { ...base.config.config.Labels, ...request.labels } };
  const config = documentBytes(configWithLayer(base.config, layer, { run, createdBy: "knots pack" }));
  const described = { mediaType: mediaTypes.config, digest: digestOf(config), size: config.length };
  await Promise.all([
    ...base.manifest.layers.map(({ digest }) => mountLayer(request, digest)),
    uploadLayer(request, layer),
    uploadMissing(client, repository, { ...described, content: config }),
  ]);
  const bytes = documentBytes(imageManifest(described, [...base.manifest.layers, layer.descriptor]));
  const digest = await client.putManifest(repository, tag, { mediaType: mediaTypes.manifest, bytes });
  return { digest, bytes: layer.descriptor.size, files: pages.files };
}

async function readBase({ client, base }: PackRequest): Promise<{ manifest: Manifest; config: ImageConfig }> {
  const stored = await client.manifest(base.repository, base.reference);
  if (!stored) throw new Error(`the registry has no base image ${base.repository}:${base.reference}`);
  const manifest = JSON.parse(stored.bytes.toString("utf8")) as Manifest;
  const config = await client.readBlob(base.repository, manifest.config.digest);
  return { manifest, config: JSON.parse(config.toString("utf8")) as ImageConfig };
}

/** Layers of the base are never moved: they are in the registry already. */
async function mountLayer({ client, repository, base }: PackRequest, digest: string): Promise<void> {
  if (await client.mountBlob(repository, digest, base.repository)) return;
  throw new Error(`the registry has no layer ${digest} of its base image ${base.repository}`);
}

async function uploadLayer({ client, repository, scratch }: PackRequest, { descriptor }: Layer): Promise<void> {
  const { digest, size } = descriptor;
  if (await client.hasBlob(repository, digest)) return;
  await client.uploadBlob(repository, { digest, size, content: createReadStream(blobPath(scratch, digest)) });
}

async function uploadMissing(
  client: RegistryClient,
  repository: string,
  blob: { readonly digest: string; readonly size: number; readonly content: Uint8Array },
): Promise<void> {
  if (!(await client.hasBlob(repository, blob.digest))) await client.uploadBlob(repository, blob);
}
