// The volumes of one pod at one moment: made, brought up to date, turned into mounts.
import type { Container, Pod, Volume } from "@knots/api";
import { readTextFile } from "@knots/host";
import type { Mount } from "../cri/messages/container.ts";
import type { PodPlace } from "../pods/ports.ts";
import { containerMounts } from "./container-mounts.node.ts";
import { setUpFailure } from "./error.ts";
import { hostsText } from "./hosts-file.ts";
import { type VolumeContext, volumeKind } from "./kinds.node.ts";
import { podPaths } from "./paths.node.ts";
import { writeHosts } from "./pod-files.node.ts";

/** The volumes that containers mount; the others are never made. */
export function usedVolumes({ spec }: Pod): readonly Volume[] {
  const containers = [
    ...(spec?.initContainers ?? []),
    ...(spec?.containers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  const used = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)));
  return (spec?.volumes ?? []).filter(({ name }) => used.has(name));
}

/** Addresses as they stand in the pod's status. */
export function statusPlace({ status }: Pod): PodPlace {
  const one = (address: string | undefined): readonly string[] => (address ? [address] : []);
  return {
    podIPs: status?.podIPs?.map(({ ip }) => ip) ?? one(status?.podIP),
    hostIPs: status?.hostIPs?.map(({ ip }) => ip) ?? one(status?.hostIP),
  };
}

/** Makes one volume or brings it up to date; answers where it is. */
async function makeVolume(root: string, context: VolumeContext, volume: Volume): Promise<string> {
  try {
    const kind = volumeKind(volume);
    const path = podPaths(root, context.facts.pod.metadata.uid).volume(kind.plugin, volume.name);
    return await kind.make(context, volume, path);
  } catch (cause) {
    throw setUpFailure(volume.name, cause);
  }
}

/** Makes all volumes; answers where each is, by its name. */
export async function makeVolumes(root: string, context: VolumeContext, signal: AbortSignal) {
  const places = new Map<string, string>();
  for (const volume of usedVolumes(context.facts.pod)) {
    signal.throwIfAborted();
    places.set(volume.name, await makeVolume(root, context, volume));
  }
  return places;
}

/** Brings those volumes up to date whose files follow objects. */
export async function updateVolumes(root: string, context: VolumeContext): Promise<void> {
  for (const volume of usedVolumes(context.facts.pod))
    if (volumeKind(volume).live) await makeVolume(root, context, volume);
}

export interface MountInput {
  readonly root: string;
  readonly clusterDomain: string;
  readonly pod: Pod;
  readonly container: Container;
  readonly place: PodPlace;
  readonly volumes: ReadonlyMap<string, string>;
  readonly variables: () => Promise<ReadonlyMap<string, string>>;
}

/** The container's mounts; /etc/hosts is ours unless the container declares its own. */
export async function mountsOfContainer(input: MountInput): Promise<readonly Mount[]> {
  const { pod, place, clusterDomain } = input;
  const paths = podPaths(input.root, pod.metadata.uid);
  const declared = await containerMounts({ ...input, paths });
  if (declared.some(({ containerPath }) => containerPath === "/etc/hosts")) return declared;
  const nodeHosts = pod.spec?.hostNetwork ? ((await readTextFile("/etc/hosts")) ?? "") : "";
  await writeHosts(paths.hosts, hostsText({ pod, podIPs: place.podIPs, clusterDomain, nodeHosts }));
  return [...declared, { containerPath: "/etc/hosts", hostPath: paths.hosts, readonly: false, propagation: 0 }];
}
