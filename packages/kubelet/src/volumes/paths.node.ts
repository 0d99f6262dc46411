// Where a pod's files are on the node: upstream's layout below our own root.
import { join } from "node:path";

/** Folders of one pod. */
export interface PodPaths {
  readonly root: string;
  /** `volumes/kubernetes.io~<plugin>/<name>`. */
  volume(plugin: string, name: string): string;
  /** Bind mount of a path inside a volume; `index` counts the container's mounts. */
  subPath(volume: string, container: string, index: number): string;
  /** The pod's /etc/hosts. */
  readonly hosts: string;
  /** Folder of termination messages of a container. */
  container(name: string): string;
}

export const podsFolder = (kubeletRoot: string): string => join(kubeletRoot, "pods");

export function podPaths(kubeletRoot: string, uid: string): PodPaths {
  const root = join(podsFolder(kubeletRoot), uid);
  return {
    root,
    volume: (plugin, name) => join(root, "volumes", `kubernetes.io~${plugin}`, name),
    subPath: (volume, container, index) => join(root, "volume-subpaths", volume, container, String(index)),
    hosts: join(root, "etc-hosts"),
    container: (name) => join(root, "containers", name),
  };
}
