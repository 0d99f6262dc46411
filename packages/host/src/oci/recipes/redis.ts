// redis as manifests expect it: reachable from other pods, data in /data.
import { commonItems, defaultPath, type ImageRecipe } from "../recipe.ts";

const entrypoint = `#!/bin/sh
case "$1" in -*) set -- redis-server "$@" ;; esac
if [ "$1" = redis-server ]; then set -- "$@" --protected-mode no; fi
exec "$@"
`;

export const redis: ImageRecipe = {
  name: "redis",
  tags: ["redis:latest", "redis:alpine", "redis:7", "redis:7-alpine"],
  packages: ["redis-server", "redis-tools", "busybox-static"],
  items: [
    ...commonItems,
    { take: "usr/bin/redis-check-rdb" },
    { take: "usr/bin/redis-server" },
    { take: "usr/bin/redis-cli" },
    { take: "usr/bin/redis-benchmark" },
    { take: "bin/busybox" },
    { applets: "bin/busybox", folder: "bin" },
    { path: "usr/local/bin/docker-entrypoint.sh", text: entrypoint, mode: 0o755 },
    { path: "data", directory: true },
  ],
  run: {
    ExposedPorts: { "6379/tcp": {} },
    Env: [defaultPath],
    Entrypoint: ["docker-entrypoint.sh"],
    Cmd: ["redis-server"],
    WorkingDir: "/data",
  },
};
