// Discovery one document at a time: the groups, a group, a version's resources.
import type { GroupEntry, ResourceEntry, SubresourceEntry, VersionEntry } from "./resources.ts";

const groupVersion = (group: string, version: string): string => (group === "" ? version : `${group}/${version}`);

/** `/api`. */
export function coreVersions(address: string): object {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
  };
}

function groupBody({ group, versions }: GroupEntry): object {
  const all = versions.map(({ version }) => ({ groupVersion: groupVersion(group, version), version }));
  return { name: group, versions: all, preferredVersion: all[0] };
}

/** `/apis`. */
export function groupList(groups: readonly GroupEntry[]): object {
  const named = groups.filter(({ group }) => group !== "");
  return { kind: "APIGroupList", apiVersion: "v1", groups: named.map(groupBody) };
}

/** `/apis/<group>`. */
export const groupDocument = (entry: GroupEntry): object => ({
  kind: "APIGroup",
  apiVersion: "v1",
  ...groupBody(entry),
});

function subresourceBody(
  { kind }: ResourceEntry,
  { name, group, version, kind: body, verbs }: SubresourceEntry,
): object {
  return {
    name: `${kind.plural}/${name}`,
    singularName: "",
    namespaced: kind.scope === "Namespaced",
    ...(group !== undefined && { group }),
    ...(version !== undefined && { version }),
    kind: body,
    verbs,
  };
}

function resourceBodies(entry: ResourceEntry): readonly object[] {
  const { kind, verbs, storageVersionHash } = entry;
  const body = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.scope === "Namespaced",
    kind: kind.kind,
    verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(storageVersionHash !== "" && { storageVersionHash }),
  };
  return [body, ...entry.subresources.map((subresource) => subresourceBody(entry, subresource))];
}

/** `/api/v1` and `/apis/<group>/<version>`. */
export function resourceList(group: string, { version, resources }: VersionEntry): object {
  return {
    kind: "APIResourceList",
    ...(group !== "" && { apiVersion: "v1" }),
    groupVersion: groupVersion(group, version),
    resources: resources.flatMap(resourceBodies),
  };
}
