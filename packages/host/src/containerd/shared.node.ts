// A containerd that somebody else runs: reached by address, given images that are marked as ours, otherwise left as it is.
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { hasCode, isMissing } from "../files/atomic.node.ts";
import { imageArchive, type LocalImage } from "../oci/layout.node.ts";
import { type Part, programOf } from "../parts/part.ts";
import { ctrFor } from "./ctr.node.ts";

/** Label of everything that a cluster brings into a containerd of others; its value is the cluster's id. */
export const CLUSTER_LABEL = "knots.dev/cluster";

/** Nobody answers at the address: nothing is there (`absent`), nobody listens (`silent`), or we may not ask (`denied`). */
export class ContainerdAccessError extends Error {
  readonly reason: "absent" | "silent" | "denied";
  readonly address: string;
  constructor(reason: ContainerdAccessError["reason"], address: string, cause: unknown) {
    super(`no containerd answers at ${address} (${reason})`, { cause });
    this.name = "ContainerdAccessError";
    this.reason = reason;
    this.address = address;
  }
}

export interface SharedContainerdOptions {
  /** Path of its gRPC socket, with or without `unix://`. */
  readonly address: string;
  /** The unpacked part `containerd`, for its client program. */
  readonly part: Part;
  /** Id of our cluster: the mark of our images. */
  readonly cluster: string;
}

/** How images of our registry are unpacked, and who says where the registry is. */
export interface SharedPull {
  readonly snapshotter?: string;
  /** Folder of `<registry>/hosts.toml` files. */
  readonly hosts: string;
  readonly signal?: AbortSignal;
}

/** Images are those of the namespace that CRI uses; names are full references. */
export interface SharedContainerd {
  readonly address: string;
  /** Brings an image under these names alone. */
  importImage(image: LocalImage, names: readonly string[], snapshotter?: string): Promise<void>;
  pullImage(name: string, options: SharedPull): Promise<void>;
  /** Digest of the manifest that a name stands for; undefined when there is no such name. */
  digestOf(name: string): Promise<string | undefined>;
  /** Marks names as brought by us; CRI also knows names of its own, which are left out. */
  mark(names: readonly string[]): Promise<void>;
  /** Takes away the names that bear our mark; answers them. */
  removeMarked(): Promise<readonly string[]>;
}

const PULL_TIMEOUT = 3_600_000;
const IMPORT_TIMEOUT = 300_000;

/** The path of a socket as flags name it. */
export const socketPath = (address: string): string => address.replace(/^unix:(\/\/)?/, "");

/** Rejects with a ContainerdAccessError when nobody accepts connections at the socket. */
export async function checkContainerdSocket(path: string): Promise<void> {
  const fault = await new Promise<Error | undefined>((resolve) => {
    const connection = connect(path);
    connection.once("error", resolve);
    connection.once("connect", () => {
      connection.destroy();
      resolve(undefined);
    });
  });
  if (!fault) return;
  if (hasCode(fault, "EACCES", "EPERM")) throw new ContainerdAccessError("denied", path, fault);
  const present = await stat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
  throw new ContainerdAccessError(present ? "silent" : "absent", path, fault);
}

const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
const snapshotterFlag = (name: string | undefined): readonly string[] => (name ? ["--snapshotter", name] : []);

/** Uses a containerd that somebody else runs. Rejects with a ContainerdAccessError when nobody answers at the address. */
export async function useContainerd(options: SharedContainerdOptions): Promise<SharedContainerd> {
  const { part, cluster } = options;
  const address = socketPath(options.address);
  await checkContainerdSocket(address);
  const ctr = ctrFor(programOf(part, "ctr"), address, part.env);
  const images: typeof ctr = (args, more) => ctr(["--namespace", "k8s.io", "images", ...args], more);
  return {
    address,
    async importImage(image, names, snapshotter) {
      const input = imageArchive(image, names);
      await images(["import", ...snapshotterFlag(snapshotter), "-"], { input, timeout: IMPORT_TIMEOUT });
    },
    async pullImage(name, { snapshotter, hosts, signal }) {
      const args = ["pull", ...snapshotterFlag(snapshotter), "--hosts-dir", hosts, name];
      await images(args, { timeout: PULL_TIMEOUT, ...(signal && { signal }) });
    },
    async digestOf(name) {
      const { stdout } = await images(["list", `name==${name}`]);
      return lines(stdout)
        .map((line) => line.split(/\s+/))
        .find(([ref]) => ref === name)?.[2];
    },
    async mark(names) {
      const present = new Set(lines((await images(["list", "--quiet"])).stdout));
      const marked = names.filter((name) => present.has(name));
      for (const name of marked) await images(["label", name, `${CLUSTER_LABEL}=${cluster}`]);
    },
    async removeMarked() {
      const filter = `labels."${CLUSTER_LABEL}"==${cluster}`;
      const names = lines((await images(["list", "--quiet", filter])).stdout);
      if (names.length > 0) await images(["delete", ...names]);
      return names;
    },
  };
}
