// Why a cluster cannot use somebody else's containerd: one reason each, for one message that names the fix.

export type SharedContainerdReason =
  /** No socket at the path, nobody behind it, or we may not connect. */
  | "absent"
  | "silent"
  | "denied"
  /** It answers, but not to CRI v1: switched off, or too old. */
  | "noCri"
  /** Another runtime. */
  | "notContainerd"
  /** It does not tell where it reads networks and finds plugins. */
  | "noFolders"
  | "systemdGroups"
  /** A CNI network that comes before ours. */
  | "otherNetwork"
  /** Pods of another kubelet. */
  | "otherPods"
  /** Our network is in its folder and it does not take it up. */
  | "networkIgnored";

export class SharedContainerdError extends Error {
  readonly reason: SharedContainerdReason;
  readonly values: Readonly<Record<string, string>>;
  constructor(reason: SharedContainerdReason, values: Readonly<Record<string, string>>, cause?: unknown) {
    super(`the containerd cannot be used (${reason}): ${JSON.stringify(values)}`, { cause });
    this.name = "SharedContainerdError";
    this.reason = reason;
    this.values = values;
  }
}
