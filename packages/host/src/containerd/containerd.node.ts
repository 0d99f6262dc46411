// containerd as a part of ours: started or adopted, fed with images, stopped without a trace.
import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { readTextFile, writeFileAtomic } from "../files/atomic.node.ts";
import { answers, checkSocketPath } from "../files/owner.node.ts";
import { imageArchive, type LocalImage } from "../oci/layout.node.ts";
import { pauseName } from "../oci/recipes/pause.ts";
import { type Part, programOf } from "../parts/part.ts";
import { hasCapability } from "../process/capability.node.ts";
import { type DaemonOptions, type DaemonRecord, ensureDetached } from "../process/detached.node.ts";
import { waitForEnd } from "../process/identity.node.ts";
import { containerdToml } from "./config.ts";
import { type Ctr, ctrFor } from "./ctr.node.ts";
import { type ContainerdPaths, containerdPaths } from "./paths.ts";
import { type ContainerdRemains, stopContainerd } from "./stop.node.ts";

export interface ContainerdOptions {
  readonly dataDir: string;
  /** The unpacked part `containerd`. */
  readonly part: Part;
  /** Image of pod sandboxes; our own pause image when not given. Import it before the first pod. */
  readonly sandboxImage?: string;
  /** overlayfs when not given; native where the data dir's file system cannot carry overlays. */
  readonly snapshotter?: string;
  /** Milliseconds until it must answer; 30,000 when not given. */
  readonly timeout?: number;
}

export interface Containerd {
  /** Path of the gRPC socket. */
  readonly address: string;
  /** Whether it ran already when we came. */
  readonly adopted: boolean;
  /** Where its files are, for logs and network configuration. */
  readonly paths: ContainerdPaths;
  readonly record: DaemonRecord;
  /** Runs `ctr` against it. */
  readonly ctr: Ctr;
  /** Makes an image known under all its names, to pods too. */
  importImage(image: LocalImage): Promise<void>;
  /** Ends it with all containers, keeping images. What could not be removed is reported. */
  stop(): Promise<ContainerdRemains>;
}

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Starts containerd with root, state, socket and network folders of its own, or adopts the one that runs for this data dir. */
export async function startContainerd(options: ContainerdOptions): Promise<Containerd> {
  const paths = containerdPaths(options.dataDir, options.part);
  checkSocketPath(`${paths.socket}.ttrpc`);
  for (const folder of [paths.root, paths.state, paths.opt, paths.cniConfig, paths.registries, dirname(paths.socket)]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  const { sandboxImage = pauseName, snapshotter = "overlayfs" } = options;
  const restrictOomScore = !(await hasCapability("sysResource"));
  await writeFileAtomic(paths.config, containerdToml({ ...paths, sandboxImage, snapshotter, restrictOomScore }));
  const env = { ...options.part.env, PATH: `${options.part.dir}/usr/bin:${options.part.dir}/usr/sbin:${systemPath}` };
  const argv = [programOf(options.part, "containerd"), "--config", paths.config];
  const daemon = { argv, record: paths.record, log: paths.log, env };
  const { record, adopted } = await listeningDaemon(daemon, paths, options.timeout ?? 30_000);
  const ctr = ctrFor(programOf(options.part, "ctr"), paths.socket, env);
  await ctr(["version"]);
  return {
    address: paths.socket,
    adopted,
    paths,
    record,
    ctr,
    importImage: (image) => importImage(ctr, image),
    stop: () => stopContainerd(paths, ctr),
  };
}

/** One that was about to die when we adopted it is started anew, once. */
async function listeningDaemon(daemon: DaemonOptions, paths: ContainerdPaths, timeout: number) {
  const first = await ensureDetached(daemon);
  try {
    await untilListening(first.record, paths, timeout);
    return first;
  } catch (error) {
    if (!(first.adopted && error instanceof ContainerdStartError && error.outcome === "ended")) throw error;
    const second = await ensureDetached(daemon);
    await untilListening(second.record, paths, timeout);
    return second;
  }
}

/** containerd did not come to listen: it ended, or stayed silent. The message has the end of its log. */
export class ContainerdStartError extends Error {
  readonly outcome: "ended" | "silent";
  constructor(outcome: "ended" | "silent", detail: string) {
    super(`containerd ${outcome === "ended" ? "ended while starting" : "does not listen"}: ${detail}`);
    this.name = "ContainerdStartError";
    this.outcome = outcome;
  }
}

async function importImage(ctr: Ctr, image: LocalImage): Promise<void> {
  await ctr(["--namespace", "k8s.io", "images", "import", "-"], { input: imageArchive(image), timeout: 300_000 });
}

/** Waits for the socket, not for a time: the folder's changes tell. Rejects with the log's end when the daemon dies first. */
async function untilListening(record: DaemonRecord, paths: ContainerdPaths, timeout: number): Promise<void> {
  const done = new AbortController();
  const ended = waitForEnd(record, timeout, done.signal);
  try {
    const outcome = await Promise.race([
      listening(paths.socket, done.signal).then(() => "listening" as const),
      ended.then((gone) => (gone ? ("ended" as const) : ("silent" as const))),
    ]);
    if (outcome === "listening") return;
    const tail = ((await readTextFile(paths.log)) ?? "").trim().split("\n").slice(-5).join("\n");
    throw new ContainerdStartError(outcome, outcome === "ended" ? tail : `nothing within ${timeout} ms: ${tail}`);
  } finally {
    done.abort();
    ended.catch(() => {});
  }
}

/** Resolves when somebody accepts connections on the socket; never when the signal comes first. */
function listening(socket: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => void answers(socket).then((yes) => yes && resolve());
    // Watching comes before the first look: nothing falls between the two.
    const watcher = watch(dirname(socket), { signal }, look);
    watcher.on("error", reject);
    look();
  });
}
