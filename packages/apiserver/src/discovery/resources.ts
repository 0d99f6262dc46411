// What discovery says of the served kinds, before it takes one of its forms.
import { type AnyKind, parseApiVersion } from "@knots/machinery";
import { hubOf } from "../resources/table.ts";
import { compareGroups, compareVersions } from "./order.ts";

/** One subresource; group and version are absent when they are the resource's own. */
export interface SubresourceEntry {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}
export interface ResourceEntry {
  readonly kind: AnyKind;
  readonly verbs: readonly string[];
  readonly subresources: readonly SubresourceEntry[];
  readonly storageVersionHash: string;
}
export interface VersionEntry {
  readonly version: string;
  readonly resources: readonly ResourceEntry[];
}
export interface GroupEntry {
  readonly group: string;
  /** The preferred version first. */
  readonly versions: readonly VersionEntry[];
}

/** Base64 of the first eight bytes of a hash of where a kind is stored. */
export type StorageHash = (text: string) => string;

const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted();

function subresources(kind: AnyKind): readonly SubresourceEntry[] {
  const view = ["get", "patch", "update"];
  const own = Object.entries(kind.subresources).map(([name, info]) => ({ name, ...info, verbs: sorted(info.verbs) }));
  const entries: SubresourceEntry[] = [...own];
  const add = (entry: SubresourceEntry): void => {
    if (!entries.some(({ name }) => name === entry.name)) entries.push(entry);
  };
  if (kind.hasStatus && kind.verbs.includes("get")) add({ name: "status", kind: kind.kind, verbs: view });
  if (kind.scale) add({ name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: view });
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function resourceEntry(kind: AnyKind, hash: StorageHash): ResourceEntry {
  const hub = hubOf(kind);
  const stored = kind.verbs.includes("watch");
  return {
    kind,
    verbs: sorted(kind.verbs),
    subresources: subresources(kind),
    storageVersionHash: stored ? hash(`${hub.group}/${hub.version}/${hub.kind}`) : "",
  };
}

/** Groups the kinds as discovery shows them. */
export function discoveryOf(kinds: readonly AnyKind[], hash: StorageHash): readonly GroupEntry[] {
  const byVersion = Map.groupBy(kinds, ({ group, version }) => `${group}/${version}`);
  const versions = [...byVersion].map(([groupVersion, members]) => ({
    group: groupVersion.slice(0, groupVersion.indexOf("/")),
    version: parseApiVersion(groupVersion).version,
    resources: members
      .map((kind) => resourceEntry(kind, hash))
      .toSorted((a, b) => (a.kind.plural < b.kind.plural ? -1 : 1)),
  }));
  const byGroup = Map.groupBy(versions, ({ group }) => group);
  return [...byGroup]
    .map(([group, members]) => ({ group, versions: members.toSorted((a, b) => compareVersions(a.version, b.version)) }))
    .toSorted((a, b) => compareGroups(a.group, b.group));
}
