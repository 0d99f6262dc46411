// busybox: a shell and the small tools, in one static program.
import { commonItems, defaultPath, type ImageRecipe } from "../recipe.ts";

export const busybox: ImageRecipe = {
  name: "busybox",
  tags: ["busybox:latest", "busybox:1.28", "busybox:1.36", "busybox:stable", "registry.k8s.io/busybox:1.27.2"],
  packages: ["busybox-static"],
  items: [
    ...commonItems,
    { take: "bin/busybox" },
    { applets: "bin/busybox", folder: "bin" },
    { path: "home", directory: true, owner: 65534 },
  ],
  run: { Env: [defaultPath], Cmd: ["sh"] },
};
