// Whether a cluster can live in somebody else's containerd, by what that tells of itself.
import type { RuntimeFacts } from "@knots/kubelet";
import { SharedContainerdError } from "./error.ts";

export interface Sharing {
  /** Path of the socket. */
  readonly socket: string;
  readonly facts: RuntimeFacts;
  /** Files in its folder of CNI networks, in any order. */
  readonly networkFiles: readonly string[];
  /** Name of our own file there. */
  readonly ownFile: string;
  /** Pods of other kubelets, `namespace/name`. */
  readonly otherPods: readonly string[];
}

/** What CNI's library takes for a network, in its order. */
export const networksAmong = (files: readonly string[]): readonly string[] =>
  files.filter((file) => /\.(conf|conflist|json)$/.test(file)).toSorted((a, b) => (a < b ? -1 : 1));

/** The first obstacle; undefined when there is none. */
export function refusalOf({ socket, facts, networkFiles, ownFile, otherPods }: Sharing) {
  const { name, version, networkFolder, pluginFolders, systemdGroups } = facts;
  if (name !== "containerd") return new SharedContainerdError("notContainerd", { socket, name });
  if (!networkFolder || pluginFolders.length === 0) return new SharedContainerdError("noFolders", { socket, version });
  if (systemdGroups) return new SharedContainerdError("systemdGroups", { socket });
  const [pod] = otherPods;
  if (pod !== undefined) return new SharedContainerdError("otherPods", { socket, pod });
  const [first] = networksAmong([...networkFiles, ownFile]);
  if (first !== undefined && first !== ownFile)
    return new SharedContainerdError("otherNetwork", { socket, file: `${networkFolder}/${first}`, ownFile });
  return undefined;
}
