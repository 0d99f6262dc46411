// Discovery in one document: all groups with all versions and resources.
import type { GroupEntry, ResourceEntry, SubresourceEntry } from "./resources.ts";

function responseKind({ kind }: ResourceEntry, own?: SubresourceEntry): object {
  return {
    group: own?.group ?? kind.group,
    version: own?.version ?? kind.version,
    kind: own?.kind ?? kind.kind,
  };
}

function resourceBody(entry: ResourceEntry): object {
  const { kind, verbs, subresources } = entry;
  return {
    resource: kind.plural,
    responseKind: responseKind(entry),
    scope: kind.scope,
    singularResource: kind.singular,
    verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((subresource) => ({
        subresource: subresource.name,
        responseKind: responseKind(entry, subresource),
        verbs: subresource.verbs,
      })),
    }),
  };
}

/** The aggregated document of `groups` in one of its versions (`v2` or `v2beta1`). */
export function aggregatedDocument(groups: readonly GroupEntry[], version: string): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group.group === "" ? {} : { name: group.group },
      versions: group.versions.map((entry) => ({
        version: entry.version,
        resources: entry.resources.map(resourceBody),
        freshness: "Current",
      })),
    })),
  };
}
