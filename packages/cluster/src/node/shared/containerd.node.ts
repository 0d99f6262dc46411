// A cluster in somebody else's containerd: looked at first, joined without changing its settings, left without a trace.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { REGISTRY_HOST } from "@knots/delivery";
import {
  ContainerdAccessError,
  checkContainerdSocket,
  createGrpcClient,
  fullReference,
  type GrpcClient,
  isMissing,
  type LocalImage,
  type Part,
  readTextFile,
  type SharedContainerd,
  useContainerd,
} from "@knots/host";
import { createCriRuntime, type Runtime, RuntimeError, type RuntimeFacts, readRuntimeFacts } from "@knots/kubelet";
import { clusterId, cniNetworkName } from "@knots/network";
import { type Clock, sleep } from "@knots/std";
import { SharedContainerdError } from "./error.ts";
import { type SharedImages, sharedImages, sharedRuntime } from "./images.ts";
import {
  missingPrograms,
  type Placed,
  place,
  readSharedRecord,
  removeSharedRecord,
  unplace,
  writeSharedRecord,
} from "./places.node.ts";
import { refusalOf } from "./refusal.ts";

export interface SharedOptions {
  readonly dataDir: string;
  /** Path of its socket. */
  readonly socket: string;
  readonly clock: Clock;
}

/** Plugins of our network, and the one that containerd itself asks for. */
const PLUGINS = ["bridge", "host-local", "loopback"];
/** How long containerd may take to read a new network. */
const TAKE_UP = 10_000;

const ownFile = (id: string): string => `10-knots-${id}.conflist`;

/** Works with a connection that is closed in the end. */
async function connected<T>(socket: string, work: (client: GrpcClient) => Promise<T>): Promise<T> {
  await checkContainerdSocket(socket).catch((error: unknown) => {
    throw error instanceof ContainerdAccessError ? new SharedContainerdError(error.reason, { socket }, error) : error;
  });
  const client = createGrpcClient(`unix://${socket}`);
  try {
    return await work(client);
  } catch (error) {
    if (error instanceof RuntimeError && error.code === "UNIMPLEMENTED")
      throw new SharedContainerdError("noCri", { socket }, error);
    throw error;
  } finally {
    client.close();
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function podsOfOthers(client: GrpcClient, clock: Clock, id: string): Promise<readonly string[]> {
  const own = await createCriRuntime({ client, clock, cluster: id }).pods();
  const ownUids = new Set(own.map(({ uid }) => uid));
  const all = await createCriRuntime({ client, clock }).pods();
  return all.filter(({ uid }) => !ownUids.has(uid)).map(({ namespace, name }) => `${namespace}/${name}`);
}

/** Looks whether the cluster in `dataDir` can use the containerd, changing nothing. Throws a SharedContainerdError. */
export async function inspectSharedContainerd({ dataDir, socket, clock }: SharedOptions): Promise<RuntimeFacts> {
  const id = await clusterId(dataDir);
  return connected(socket, async (client) => {
    const facts = await readRuntimeFacts(client);
    const networkFiles = facts.networkFolder ? await filesIn(facts.networkFolder) : [];
    const otherPods = await podsOfOthers(client, clock, id);
    const refusal = refusalOf({ socket, facts, networkFiles, ownFile: ownFile(id), otherPods });
    if (refusal) throw refusal;
    return facts;
  });
}

/** Our network, and links to those of our plugins that it lacks. */
async function wantedPlaces(dataDir: string, { networkFolder, pluginFolders }: RuntimeFacts, part: Part) {
  const [folder = ""] = pluginFolders;
  const text = (await readTextFile(`${dataDir}/containerd/cni/10-knots.conflist`)) ?? "";
  const links = (await missingPrograms(pluginFolders, PLUGINS)).map(
    (name): Placed => ({ path: join(folder, name), target: `${part.dir}/usr/lib/cni/${name}` }),
  );
  const network: Placed = { path: join(networkFolder ?? "", ownFile(await clusterId(dataDir))), text };
  return [...links, network];
}

/** Waits until pods would get our network; containerd watches its folder. */
async function networkTakenUp(client: GrpcClient, { socket, clock }: SharedOptions, id: string): Promise<void> {
  const limit = clock.monotonic() + TAKE_UP;
  for (;;) {
    const { network, networkFolder: folder = "" } = await readRuntimeFacts(client);
    if (network === cniNetworkName(id)) return;
    if (clock.monotonic() > limit) throw new SharedContainerdError("networkIgnored", { socket, folder });
    await sleep(clock, 50);
  }
}

/** What the cluster brings along. */
export interface Luggage {
  /** The unpacked part `containerd`: its client program and CNI plugins. */
  readonly part: Part;
  /** Images that pods of the platform name, by full name. */
  readonly images: readonly { readonly name: string; make(): Promise<LocalImage> }[];
  /** Serves as sandbox where the sandbox image of that containerd is not present. */
  readonly pause: LocalImage;
}

/** How a node agent speaks to the containerd that its cluster has joined. */
export type RuntimeOver = (client: GrpcClient) => Runtime;

/**
 * Puts network and images of the cluster in place, as far as they are not. Its pod network must be up. Answers how the runtime is reached from now
 * on. Throws a SharedContainerdError.
 */
export async function joinSharedContainerd(options: SharedOptions, luggage: Luggage): Promise<RuntimeOver> {
  const { dataDir, socket, clock } = options;
  const facts = await inspectSharedContainerd(options);
  const cluster = await clusterId(dataDir);
  await place(dataDir, socket, await wantedPlaces(dataDir, facts, luggage.part));
  const containerd = await useContainerd({ address: socket, part: luggage.part, cluster });
  const over = (client: GrpcClient) => {
    const runtime = createCriRuntime({ client, clock, cluster });
    return { runtime, images: imagesOf(options, runtime, { containerd, facts }) };
  };
  await connected(socket, async (client) => {
    await networkTakenUp(client, options, cluster);
    const { runtime, images } = over(client);
    const sandbox = facts.sandboxImage && fullReference(facts.sandboxImage);
    if (sandbox && !sandbox.includes("@") && !(await runtime.image(sandbox)))
      await images.bring(luggage.pause, sandbox);
    for (const image of luggage.images) await images.bring(await image.make(), image.name);
  });
  return (client) => {
    const { runtime, images } = over(client);
    return sharedRuntime(runtime, images);
  };
}

function imagesOf(
  { dataDir, clock }: SharedOptions,
  runtime: Runtime,
  { containerd, facts }: { readonly containerd: SharedContainerd; readonly facts: RuntimeFacts },
): SharedImages {
  const registry = { name: REGISTRY_HOST, hosts: `${dataDir}/containerd/certs.d` };
  const { snapshotter } = facts;
  return sharedImages({ containerd, runtime, clock, registry, ...(snapshotter && { snapshotter }) });
}

async function removePods(runtime: Runtime): Promise<void> {
  for (const { uid } of await runtime.pods()) {
    const { sandboxes, instances } = await runtime.pod(uid);
    for (const { id } of sandboxes) await runtime.removeSandbox(id);
    const known = new Set(sandboxes.map(({ id }) => id));
    for (const { id, sandboxId } of instances) if (!known.has(sandboxId)) await runtime.removeContainer(id);
  }
}

export interface LeaveOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /** The unpacked part `containerd`, asked for only where it is needed. */
  readonly part: () => Promise<Part>;
  /** Whether images that we brought go too. */
  readonly purge: boolean;
}

/**
 * Removes the cluster's pods, its network and (with `purge`) its images from the containerd that it has joined; nothing
 * happens when it has joined none. Answers what could not be removed.
 */
export async function leaveSharedContainerd({ dataDir, clock, part, purge }: LeaveOptions): Promise<readonly string[]> {
  const record = await readSharedRecord(dataDir);
  if (!record) return [];
  const { socket } = record;
  const cluster = await clusterId(dataDir);
  const left: string[] = [];
  try {
    await connected(socket, (client) => removePods(createCriRuntime({ client, clock, cluster })));
    if (purge) await (await useContainerd({ address: socket, part: await part(), cluster })).removeMarked();
  } catch (error) {
    const why = error instanceof SharedContainerdError ? error.reason : String(error);
    left.push(`pods and images of this cluster in the containerd at ${socket} (${why})`);
  }
  await unplace(dataDir, record);
  if (purge) await removeSharedRecord(dataDir);
  else await writeSharedRecord(dataDir, { socket, made: [] });
  return left;
}
