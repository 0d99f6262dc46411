// How much of the node's disk a pod may take, and what is said of one that takes more: pure, in upstream's words.
import type { Pod } from "@knots/api";
import { quantityValue } from "@knots/machinery";
import { allContainers, type Role } from "../pods/view.ts";

/** What a pod takes of the node's disk, in bytes. */
export interface StorageUse {
  /** Empty directories on disk, by volume. */
  readonly volumes: ReadonlyMap<string, number>;
  /** Logs and what was written into the container's own file system, by container. */
  readonly containers: ReadonlyMap<string, number>;
}

const EPHEMERAL = "ephemeral-storage";

/** Empty directories on disk with their limits; those in memory are limited by their file system. */
export const diskFolders = (pod: Pod): readonly { readonly name: string; readonly limit?: string }[] =>
  (pod.spec.volumes ?? []).flatMap(({ name, emptyDir }) => {
    if (!emptyDir || (emptyDir.medium ?? "") !== "") return [];
    const limit = emptyDir.sizeLimit;
    return [{ name, ...(limit !== undefined && quantityValue(limit) > 0 && { limit }) }];
  });

const limitsOf = (pod: Pod) =>
  allContainers(pod).flatMap(({ role, spec }) => {
    const limit = spec.resources?.limits?.[EPHEMERAL];
    return limit === undefined ? [] : [{ role, name: spec.name, limit }];
  });

/** Whether a pod has any limit of the kind, so that it is worth measuring. */
export const isLimited = (pod: Pod): boolean =>
  limitsOf(pod).length > 0 || diskFolders(pod).some(({ limit }) => limit !== undefined);

const sum = (amounts: Iterable<number>): number => [...amounts].reduce((all, each) => all + each, 0);

/** What the pod may take as a whole: all that run together, or the greatest that runs before them; undefined without limits. */
function whole(pod: Pod): number | undefined {
  const limits = limitsOf(pod);
  if (limits.length === 0) return undefined;
  const of = (...roles: readonly Role[]) =>
    limits.filter(({ role }) => roles.includes(role)).map(({ limit }) => quantityValue(limit));
  return Math.max(sum(of("main", "sidecar")), ...of("init"));
}

const UNITS = ["", "Ki", "Mi", "Gi", "Ti"];
function readable(bytes: number): string {
  const fits = UNITS.findLastIndex((_unit, power) => bytes % 1024 ** power === 0);
  return `${bytes / 1024 ** fits}${UNITS[fits]}`;
}

/** Why the pod has to go; undefined while it keeps to its limits. */
export function excess(pod: Pod, { volumes, containers }: StorageUse): string | undefined {
  for (const { name, limit } of diskFolders(pod))
    if (limit !== undefined && (volumes.get(name) ?? 0) > quantityValue(limit))
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `;
  const most = whole(pod);
  if (most !== undefined && sum(volumes.values()) + sum(containers.values()) > most)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${readable(most)}. `;
  for (const { name, limit } of limitsOf(pod))
    if ((containers.get(name) ?? 0) > quantityValue(limit))
      return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `;
  return undefined;
}
