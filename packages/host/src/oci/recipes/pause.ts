// The sandbox of pods: a static init that reaps and does nothing else.
import type { ImageRecipe } from "../recipe.ts";

/** The name under which containerd is told to find it. */
export const pauseName = "registry.knots.internal/pause:1";

export const pause: ImageRecipe = {
  name: "pause",
  tags: [pauseName],
  packages: ["catatonit"],
  items: [{ take: "usr/bin/catatonit", as: "pause" }],
  run: { Entrypoint: ["/pause", "-P"], WorkingDir: "/", User: "65535:65535" },
};
