// The documents of an OCI image as values: config, manifest, index. Equal input gives equal bytes and digests.

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly architecture: string; readonly os: string };
}

/** A layer in a blob store: its descriptor, and the digest of the tar before compression. */
export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
}

/** What runs by default in a container of the image; the names are those of the OCI specification. */
export interface RunConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface ImageConfig {
  readonly created: string;
  readonly architecture: string;
  readonly os: string;
  readonly config: RunConfig;
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history: readonly { readonly created: string; readonly created_by: string }[];
}

export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The time that every image of ours bears: a real one would make equal images differ. */
const beginning = "1970-01-01T00:00:00Z";

export interface ImageParts {
  readonly layers: readonly Layer[];
  readonly run: RunConfig;
  /** As Go names it: amd64, arm64. */
  readonly architecture: string;
  readonly createdBy: string;
}

export function imageConfig(parts: ImageParts): ImageConfig {
  return {
    created: beginning,
    architecture: parts.architecture,
    os: "linux",
    config: parts.run,
    rootfs: { type: "layers", diff_ids: parts.layers.map(({ diffId }) => diffId) },
    history: parts.layers.map(() => ({ created: beginning, created_by: parts.createdBy })),
  };
}

/** The config of an image with one more layer; fields of `run` replace those of the base. */
export function configWithLayer(
  base: ImageConfig,
  layer: Layer,
  change: { run?: RunConfig; createdBy: string },
): ImageConfig {
  return {
    ...base,
    config: { ...base.config, ...change.run },
    rootfs: { ...base.rootfs, diff_ids: [...base.rootfs.diff_ids, layer.diffId] },
    history: [...base.history, { created: beginning, created_by: change.createdBy }],
  };
}

export function imageManifest(
  config: Descriptor,
  layers: readonly Descriptor[],
  annotations?: Readonly<Record<string, string>>,
): Manifest {
  return { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers, ...(annotations && { annotations }) };
}

/** An index that gives one manifest several names: containerd's import makes an image of each. */
export function imageIndex(manifest: Descriptor, names: readonly string[], platform: Descriptor["platform"]) {
  const entries = names.map((name) => ({
    ...manifest,
    ...(platform && { platform }),
    annotations: { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name },
  }));
  return { schemaVersion: 2, mediaType: mediaTypes.index, manifests: entries };
}

/** The bytes of a document, as they are stored and hashed. */
export function documentBytes(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}
