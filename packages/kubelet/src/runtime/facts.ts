// What a containerd tells of itself through the runtime interface: its version, and the settings that pods depend on.
import type { GrpcClient } from "@knots/host";
import { cri } from "../cri/calls.ts";
import { callWith } from "./cri-runtime.ts";

/** Settings of a running containerd, as it reports them; what it does not report is undefined. */
export interface RuntimeFacts {
  /** `containerd`, or another runtime's name. */
  readonly name: string;
  readonly version: string;
  /** Folder from which it reads CNI networks. */
  readonly networkFolder?: string;
  /** Folders in which it finds CNI plugins. */
  readonly pluginFolders: readonly string[];
  /** Name of the CNI network that pods get at the moment. */
  readonly network?: string;
  /** Image of pod sandboxes. */
  readonly sandboxImage?: string;
  readonly snapshotter?: string;
  /** Whether control groups are made by systemd. */
  readonly systemdGroups: boolean;
}

interface Config {
  readonly containerd?: {
    readonly snapshotter?: string;
    readonly defaultRuntimeName?: string;
    readonly runtimes?: Readonly<Record<string, { readonly options?: { readonly SystemdCgroup?: boolean } | null }>>;
  };
  readonly cni?: { readonly binDir?: string; readonly binDirs?: readonly string[] | null; readonly confDir?: string };
  readonly sandboxImage?: string;
  readonly systemdCgroup?: boolean;
}
interface Networks {
  readonly Networks?: readonly { readonly IFName?: string; readonly Config?: { readonly Name?: string } }[] | null;
}

/** Fields of the answer are texts of JSON; one that is missing or broken tells nothing. */
function parsed<T extends object>(text: string | undefined): Partial<T> {
  try {
    return (JSON.parse(text ?? "{}") as T | null) ?? {};
  } catch {
    return {};
  }
}

/** Reads the answer of a verbose status call. */
export function factsOf(info: Readonly<Record<string, string>>): Omit<RuntimeFacts, "name" | "version"> {
  const { containerd = {}, cni = {}, sandboxImage, systemdCgroup } = parsed<Config>(info["config"]);
  const { snapshotter, defaultRuntimeName = "runc", runtimes = {} } = containerd;
  const network = parsed<Networks>(info["cniconfig"]).Networks?.find(({ IFName }) => IFName !== "lo")?.Config?.Name;
  const folders = [...(cni.binDirs ?? []), ...(cni.binDir ? [cni.binDir] : [])];
  return {
    ...(cni.confDir && { networkFolder: cni.confDir }),
    pluginFolders: [...new Set(folders)],
    ...(network && { network }),
    ...(sandboxImage && { sandboxImage }),
    ...(snapshotter && { snapshotter }),
    systemdGroups: systemdCgroup === true || runtimes[defaultRuntimeName]?.options?.SystemdCgroup === true,
  };
}

/** Asks a runtime; throws a RuntimeError, with code UNIMPLEMENTED where nobody speaks CRI v1. */
export async function readRuntimeFacts(client: GrpcClient): Promise<RuntimeFacts> {
  const call = callWith(client);
  const limits = { timeout: 10_000 };
  const { runtimeName = "", runtimeVersion = "" } = await call(cri.version, {}, limits);
  const { info = {} } = await call(cri.status, { verbose: true }, limits);
  return { name: runtimeName, version: runtimeVersion, ...factsOf(info) };
}
