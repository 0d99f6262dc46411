// The images that the platform itself needs: how each is made, and whether nodes or the registry must have it.
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  appendLayer,
  type BuildOptions,
  busybox,
  ensureImage,
  findNodeSource,
  hasCode,
  type ImageRecipe,
  isMissing,
  type LocalImage,
  nodeImage,
  pause,
  pauseName,
  readImage,
} from "@knots/host";
import { REGISTRY_SERVICE } from "../access/names.ts";
import { PACK_PATH } from "../pack/arguments.ts";
import { bundlePacker } from "../pack/bundle.node.ts";
import { digestOf } from "../registry/client.node.ts";
import { PLATFORM_NAMESPACE, STATIC_REPOSITORY } from "../registry/scope.ts";
import { STATIC_IMAGE, STATIC_TAG, staticImage } from "./static-image.ts";

export interface PlatformImage {
  /** Full reference, by which pods name it. */
  readonly name: string;
  /** Whether every node's containerd must have it before pods run. */
  readonly onNodes: boolean;
  /** Where the registry must have it, for builds to stand on it. */
  readonly inRegistry?: { readonly repository: string; readonly tag: string };
  /** Makes it, or finds it as made before: then at once and without a network. */
  make(): Promise<LocalImage>;
}

const own = (name: string): string => `${REGISTRY_SERVICE}/${PLATFORM_NAMESPACE}/${name}`;
export const BUILD_IMAGE = own("node-build:1");
export const PAUSE_IMAGE = own("pause:1");
export const TOOLS_IMAGE = own("busybox:1");

export interface PlatformImagesOptions extends BuildOptions {
  /** Text of the packer; made from its source when not given. */
  readonly packer?: () => Promise<string>;
}

/** In the order in which they are needed: a pod needs the sandbox, a build the rest. */
export function platformImages(options: PlatformImagesOptions): readonly PlatformImage[] {
  const recipe = (wanted: ImageRecipe) => () => ensureImage(wanted, options);
  return [
    { name: PAUSE_IMAGE, onNodes: true, make: recipe({ ...pause, tags: [pauseName, PAUSE_IMAGE] }) },
    {
      name: STATIC_IMAGE,
      onNodes: true,
      inRegistry: { repository: STATIC_REPOSITORY, tag: STATIC_TAG },
      make: recipe(staticImage),
    },
    { name: BUILD_IMAGE, onNodes: true, make: () => buildImage(options) },
    { name: TOOLS_IMAGE, onNodes: true, make: recipe({ ...busybox, tags: [...busybox.tags, TOOLS_IMAGE] }) },
  ];
}

/** Node, npm and git, and the packer in a layer of its own: a change of the packer makes no other layer anew. */
async function buildImage(options: PlatformImagesOptions): Promise<LocalImage> {
  const source = await findNodeSource(options.images, options);
  const base = await ensureImage(nodeImage(source), options);
  const text = Buffer.from(await (options.packer ?? bundlePacker)());
  const key = digestOf(Buffer.from(`${base.descriptor.digest} ${digestOf(text)}`)).slice("sha256:".length, 23);
  const place = join(options.images, `node-build-${key}`);
  return (await present(place)) ?? (await appendPacker(base, text, place));
}

async function appendPacker(base: LocalImage, text: Uint8Array, place: string): Promise<LocalImage> {
  const images = join(place, "..");
  await mkdir(images, { recursive: true, mode: 0o700 });
  const layout = await mkdtemp(join(images, ".building-node-build-"));
  try {
    await appendLayer(base, {
      layout,
      names: [BUILD_IMAGE],
      entries: [{ type: "file", path: PACK_PATH, mode: 0o644, content: text }],
      createdBy: "knots node-build",
    });
    await rename(layout, place);
  } catch (error) {
    // Somebody else made the same image at the same time and was first.
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(layout, { recursive: true, force: true });
  }
  return await readImage(place);
}

async function present(place: string): Promise<LocalImage | undefined> {
  try {
    return await readImage(place);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
