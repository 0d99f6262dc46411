// Images in a containerd of others: whatever comes there because of us is marked, so that a purge finds it.
import type { LocalImage, SharedContainerd } from "@knots/host";
import type { PullOptions, Runtime } from "@knots/kubelet";
import { type Clock, sleep } from "@knots/std";

export interface SharedImagesOptions {
  readonly containerd: SharedContainerd;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** As that containerd is set. */
  readonly snapshotter?: string;
  /** Images of this registry are pulled by its client program: that containerd knows nothing of it. */
  readonly registry: { readonly name: string; readonly hosts: string };
}

export interface SharedImages {
  /** Brings an image made here under one full name, unless it is there. */
  bring(image: LocalImage, name: string): Promise<void>;
  /** Pulls for a pod; answers the image's reference. */
  pull(name: string, options?: PullOptions): Promise<string>;
}

type Image = NonNullable<Awaited<ReturnType<Runtime["image"]>>>;
const namesOf = ({ id, tags, digests }: Image): readonly string[] => [id, ...tags, ...digests];
/** How long the runtime interface may take to notice an image that came past it. */
const NOTICE = 10_000;

export function sharedImages(options: SharedImagesOptions): SharedImages {
  const { containerd, runtime, clock, snapshotter, registry } = options;
  const unpack = snapshotter === undefined ? {} : { snapshotter };

  /** No event tells when the runtime interface has taken note of an image. */
  const noticed = async (name: string): Promise<Image> => {
    const limit = clock.monotonic() + NOTICE;
    for (;;) {
      const image = await runtime.image(name);
      if (image) return image;
      if (clock.monotonic() > limit) throw new Error(`the image ${name} was brought, and containerd does not show it`);
      await sleep(clock, 20);
    }
  };
  const marked = async (name: string, work: () => Promise<unknown>): Promise<Image> => {
    const before = new Set((await runtime.images()).flatMap(namesOf));
    await work();
    const image = await noticed(name);
    await containerd.mark(namesOf(image).filter((each) => !before.has(each)));
    return image;
  };
  return {
    async bring(image, name) {
      if ((await containerd.digestOf(name)) === image.descriptor.digest) return containerd.mark([name]);
      await marked(name, () => containerd.importImage(image, [name], snapshotter));
    },
    async pull(name, more = {}) {
      const { signal } = more;
      const own = { ...unpack, hosts: registry.hosts, ...(signal && { signal }) };
      const image = await marked(name, () =>
        name.startsWith(`${registry.name}/`) ? containerd.pullImage(name, own) : runtime.pullImage(name, more),
      );
      return image.id;
    },
  };
}

/** The runtime as the node agent uses it. */
export const sharedRuntime = (runtime: Runtime, images: SharedImages): Runtime => ({
  ...runtime,
  pullImage: (name, options) => images.pull(name, options),
});
