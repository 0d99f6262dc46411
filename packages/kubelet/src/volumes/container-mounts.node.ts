// From the volumes of a pod to the mounts of one of its containers.
import type { Container, VolumeMount } from "@knots/api";
import type { Mount } from "../cri/messages/container.ts";
import { CreateContainerConfigError } from "../env/error.ts";
import { expand } from "../env/expand.ts";
import type { PodPaths } from "./paths.node.ts";
import { checkSubPath, mountSubPath } from "./sub-path.node.ts";

/** Numbers of the runtime interface. */
const PROPAGATION: Readonly<Record<string, number>> = { None: 0, HostToContainer: 1, Bidirectional: 2 };

export interface ContainerMountsInput {
  readonly container: Pick<Container, "name" | "volumeMounts">;
  readonly paths: PodPaths;
  /** Where each volume of the pod is, by its name. */
  readonly volumes: ReadonlyMap<string, string>;
  /** The container's environment; asked for only when a subPathExpr needs it. */
  readonly variables: () => Promise<ReadonlyMap<string, string>>;
}

async function subPathOf({ variables }: ContainerMountsInput, mount: VolumeMount): Promise<string> {
  if (!mount.subPathExpr) return mount.subPath ?? "";
  const values = await variables();
  return expand(mount.subPathExpr, (name) => {
    const value = values.get(name);
    if (value === undefined) throw new CreateContainerConfigError(`missing value for "${name}"`);
    return value;
  });
}

async function placeOf(input: ContainerMountsInput, mount: VolumeMount, index: number): Promise<string> {
  const { container, paths, volumes } = input;
  const volume = volumes.get(mount.name);
  if (volume === undefined)
    throw new CreateContainerConfigError(
      `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
    );
  const subPath = await subPathOf(input, mount);
  if (subPath === "") return volume;
  checkSubPath(subPath);
  const target = paths.subPath(mount.name, container.name, index);
  try {
    await mountSubPath({ volume, subPath, target });
    return target;
  } catch (cause) {
    const words = `failed to prepare subPath for volumeMount "${mount.name}" of container "${container.name}"`;
    throw new CreateContainerConfigError(words, { cause });
  }
}

const absolute = (path: string): string => (path.startsWith("/") ? path : `/${path}`);

/** The mounts in the order of the declaration; sub paths are bind-mounted on the way. */
export async function containerMounts(input: ContainerMountsInput): Promise<readonly Mount[]> {
  const mounts: Mount[] = [];
  for (const [index, mount] of (input.container.volumeMounts ?? []).entries()) {
    mounts.push({
      containerPath: absolute(mount.mountPath),
      hostPath: await placeOf(input, mount, index),
      readonly: mount.readOnly ?? false,
      propagation: PROPAGATION[mount.mountPropagation ?? "None"] ?? 0,
    });
  }
  return mounts;
}
