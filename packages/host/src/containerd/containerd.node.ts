// containerd as a part of ours, or somebody else's by address: started or adopted, fed with images, stopped without a trace.
import { mkdir, watch } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { readTextFile, writeFileAtomic } from "../files/atomic.node.ts";
import { answers, checkSocketPath } from "../files/owner.node.ts";
import { imageArchive, type LocalImage } from "../oci/layout.node.ts";
import { pauseName } from "../oci/recipes/pause.ts";
import { type Part, programOf } from "../parts/part.ts";
import { type DaemonRecord, ensureDetached } from "../process/detached.node.ts";
import { waitForEnd } from "../process/identity.node.ts";
import { type RunOptions, type RunResult, run } from "../process/run.node.ts";
import { containerdToml } from "./config.ts";
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
  /** False for one that was there before us: stop() leaves it alone. */
  readonly owned: boolean;
  /** Whether it ran already when we came. */
  readonly adopted: boolean;
  /** Present for our own: where its files are, for logs and network configuration. */
  readonly paths?: ContainerdPaths;
  readonly record?: DaemonRecord;
  /** Runs `ctr` against it. */
  ctr(args: readonly string[], options?: RunOptions): Promise<RunResult>;
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
  await writeFileAtomic(paths.config, containerdToml({ ...paths, sandboxImage, snapshotter }));
  const env = { ...options.part.env, PATH: `${options.part.dir}/usr/bin:${options.part.dir}/usr/sbin:${systemPath}` };
  const argv = [programOf(options.part, "containerd"), "--config", paths.config];
  const { record, adopted } = await ensureDetached({ argv, record: paths.record, log: paths.log, env });
  await untilListening(record, paths, options.timeout ?? 30_000);
  const ctr = ctrFor(programOf(options.part, "ctr"), paths.socket, env);
  await ctr(["version"]);
  return {
    address: paths.socket,
    owned: true,
    adopted,
    paths,
    record,
    ctr,
    importImage: (image) => importImage(ctr, image),
    stop: () => stopContainerd(paths, ctr),
  };
}

/** Uses a containerd that somebody else runs. Rejects when nobody answers at the address. */
export async function useContainerd(options: { address: string; ctr?: string }): Promise<Containerd> {
  const address = options.address.replace(/^unix:\/\//, "");
  if (!(await answers(address))) throw new Error(`no containerd answers at ${address}`);
  const ctr = ctrFor(options.ctr ?? "ctr", address, {});
  const nothing: ContainerdRemains = { processes: [], mounts: [], groups: [] };
  return {
    address,
    owned: false,
    adopted: true,
    ctr,
    importImage: (image) => importImage(ctr, image),
    stop: () => Promise.resolve(nothing),
  };
}

type Ctr = Containerd["ctr"];

function ctrFor(program: string, address: string, env: Readonly<Record<string, string>>): Ctr {
  return (args, options = {}) =>
    run([program, "--address", address, ...args], { ...options, env: { ...env, ...options.env } });
}

async function importImage(ctr: Ctr, image: LocalImage): Promise<void> {
  await ctr(["--namespace", "k8s.io", "images", "import", "-"], { input: imageArchive(image), timeout: 300_000 });
}

/** Waits for the socket, not for a time: the folder's changes tell. Rejects with the log's end when the daemon dies first. */
async function untilListening(record: DaemonRecord, paths: ContainerdPaths, timeout: number): Promise<void> {
  const done = new AbortController();
  const died = waitForEnd(record, timeout).then(async (ended) => {
    if (done.signal.aborted) return;
    const tail = ((await readTextFile(paths.log)) ?? "").trim().split("\n").slice(-5).join("\n");
    throw new Error(`containerd ${ended ? "ended at once" : `did not listen within ${timeout} ms`}: ${tail}`);
  });
  const watching = listening(paths.socket, done.signal);
  try {
    await Promise.race([watching, died]);
  } finally {
    done.abort();
    died.catch(() => {});
    watching.catch(() => {});
  }
}

async function listening(socket: string, signal: AbortSignal): Promise<void> {
  const changes = watch(dirname(socket), { signal });
  if (await answers(socket)) return;
  for await (const { filename } of changes) {
    if (filename === basename(socket) && (await answers(socket))) return;
  }
}
