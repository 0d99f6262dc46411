// ImageLocality: prefers nodes that hold the pod's images already; images that few nodes hold count less.
import type { ClusterView } from "../snapshot/cache.ts";
import { MAX_POINTS, onAnything, type Plugin } from "./plugin.ts";

const MEGABYTE = 1024 * 1024;
const LEAST = 23 * MEGABYTE;
const MOST_PER_CONTAINER = 1000 * MEGABYTE;

/** Names as nodes list them end in a tag or a digest. */
const complete = (image: string): string =>
  image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;

function holders(view: ClusterView, image: string): number {
  let count = 0;
  for (const { images } of view.nodes.values()) if (images.has(image)) count++;
  return count;
}

export const imageLocality: Plugin = {
  name: "ImageLocality",
  weight: 1,
  score({ pod }, view) {
    const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
    const images = containers.map(({ image = "" }) => complete(image));
    const shares = new Map(images.map((image) => [image, holders(view, image) / Math.max(1, view.nodes.size)]));
    if ([...shares.values()].every((share) => share === 0)) return undefined;
    const most = MOST_PER_CONTAINER * images.length;
    return {
      of: (node) => {
        const weighted = images.reduce(
          (sum, image) => sum + (node.images.get(image) ?? 0) * (shares.get(image) ?? 0),
          0,
        );
        const bounded = Math.min(most, Math.max(LEAST, Math.floor(weighted)));
        return Math.floor((MAX_POINTS * (bounded - LEAST)) / (most - LEAST));
      },
    };
  },
  retryAfter: onAnything,
};
