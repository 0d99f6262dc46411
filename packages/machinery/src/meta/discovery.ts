// Structures of discovery (meta/v1 and apidiscovery.k8s.io): which groups, versions and resources are served.
import { array, atomicList, boolean, field, object, oneFormOf, string } from "../schema/builder.ts";
import { isList } from "../schema/json-value.ts";
import type { Json, ObjectNode, Schema } from "../schema/schema.ts";
import { ListMeta, ObjectMeta } from "./object-meta.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const DISCOVERY = "io.k8s.api.apidiscovery.v2";

const names = {
  apiVersion: field(0, string(), "Group and version of this object's schema."),
  kind: field(0, string(), "Name of this object's schema."),
};

const groupVersion = object(`${META}.GroupVersionForDiscovery`, {
  groupVersion: field(1, string(), "Group and version with a slash between them.", { required: true }),
  version: field(2, string(), "The version alone.", { required: true }),
});

const serverAddress = object(`${META}.ServerAddressByClientCIDR`, {
  clientCIDR: field(1, string(), "Network of the clients that use the address.", { required: true }),
  serverAddress: field(2, string(), "Where those clients reach the server.", { required: true }),
});

const group = {
  name: field(1, string(), "Name of the group.", { required: true }),
  versions: field(2, atomicList(groupVersion), "Versions that are served.", { required: true }),
  preferredVersion: field(3, groupVersion, "The version to use where there is no reason for another."),
  serverAddressByClientCIDRs: field(4, atomicList(serverAddress), "Addresses of the server, by network of the client."),
};

const verbsMessage = object(`${META}.Verbs`, { items: field(1, array(string()), "The verbs.") });
/** A list in JSON, and a message that holds the list in protobuf. */
const verbs: Schema<readonly string[]> = oneFormOf({
  name: `${META}.Verbs`,
  message: () => verbsMessage,
  wrap: (value: Json) => (isList(value) ? { items: value } : undefined),
  unwrap: ({ items = [] }) => items,
  published: array(string()),
});

const apiResource = object(`${META}.APIResource`, {
  name: field(1, string(), "Plural name, with the subresource after a slash.", { required: true }),
  namespaced: field(2, boolean(), "Whether objects are in namespaces.", { required: true }),
  kind: field(3, string(), "Kind of the objects.", { required: true }),
  verbs: field(4, verbs, "What can be done with them.", { required: true }),
  shortNames: field(5, atomicList(string()), "Short names for command lines."),
  singularName: field(6, string(), "Singular name.", { required: true }),
  categories: field(7, atomicList(string()), "Sets of resources that this one is in."),
  group: field(8, string(), "Group of the kind, where it is not that of the list."),
  version: field(9, string(), "Version of the kind, where it is not that of the list."),
  storageVersionHash: field(10, string(), "Changes with the version that objects are stored in."),
});

const groupVersionKind = object(`${META}.GroupVersionKind`, {
  group: field(1, string(), "Group.", { required: true }),
  version: field(2, string(), "Version.", { required: true }),
  kind: field(3, string(), "Kind.", { required: true }),
});

const subresource = object(`${DISCOVERY}.APISubresourceDiscovery`, {
  subresource: field(1, string(), "Name of the subresource.", { required: true }),
  responseKind: field(2, groupVersionKind, "What it answers with.", { pointer: true }),
  acceptedTypes: field(3, array(groupVersionKind), "What it takes, where that is something else."),
  verbs: field(4, array(string()), "What can be done with it.", { required: true }),
});

const resource = object(`${DISCOVERY}.APIResourceDiscovery`, {
  resource: field(1, string(), "Plural name.", { required: true }),
  responseKind: field(2, groupVersionKind, "Kind of the objects.", { pointer: true }),
  scope: field(3, string(), "Namespaced or Cluster.", { required: true }),
  singularResource: field(4, string(), "Singular name.", { required: true }),
  verbs: field(5, array(string()), "What can be done with the objects.", { required: true }),
  shortNames: field(6, array(string()), "Short names for command lines."),
  categories: field(7, array(string()), "Sets of resources that this one is in."),
  subresources: field(8, array(subresource), "Subresources of the objects."),
});

const version = object(`${DISCOVERY}.APIVersionDiscovery`, {
  version: field(1, string(), "Name of the version.", { required: true }),
  resources: field(2, array(resource), "Resources that it serves."),
  freshness: field(3, string(), "Current or Stale."),
});

const groupDiscovery = object(`${DISCOVERY}.APIGroupDiscovery`, {
  metadata: field(1, ObjectMeta, "The group's name, in the form of metadata."),
  versions: field(2, array(version), "Versions that are served, the preferred one first."),
});

/** Schemas of discovery's documents by kind. */
const schemas = {
  APIVersions: object(`${META}.APIVersions`, {
    ...names,
    versions: field(1, atomicList(string()), "Versions that are served.", { required: true }),
    serverAddressByClientCIDRs: field(
      2,
      atomicList(serverAddress),
      "Addresses of the server, by network of the client.",
      {
        required: true,
      },
    ),
  }),
  APIGroup: object(`${META}.APIGroup`, { ...names, ...group }),
  APIGroupList: object(`${META}.APIGroupList`, {
    ...names,
    groups: field(1, atomicList(object(`${META}.APIGroup`, { ...names, ...group })), "The groups.", { required: true }),
  }),
  APIResourceList: object(`${META}.APIResourceList`, {
    ...names,
    groupVersion: field(1, string(), "Group and version of the resources.", { required: true }),
    resources: field(2, atomicList(apiResource), "The resources.", { required: true }),
  }),
  APIGroupDiscoveryList: object(`${DISCOVERY}.APIGroupDiscoveryList`, {
    ...names,
    metadata: field(1, ListMeta, "Metadata of the list."),
    items: field(2, array(groupDiscovery), "The groups.", { required: true }),
  }),
} satisfies Readonly<Record<string, ObjectNode>>;

const text = (doc: string, number: number) => field(number, string(), doc, { required: true });

/** Schema of what `/version` answers; it has no form in protobuf. */
const versionInfo = object("io.k8s.apimachinery.pkg.version.Info", {
  major: text("Major version of the program.", 1),
  minor: text("Minor version of the program.", 2),
  emulationMajor: field(3, string(), "Major version of the API that is served."),
  emulationMinor: field(4, string(), "Minor version of the API that is served."),
  minCompatibilityMajor: field(5, string(), "Major version of the oldest API that fits."),
  minCompatibilityMinor: field(6, string(), "Minor version of the oldest API that fits."),
  gitVersion: text("Version as a whole, such as v1.36.0.", 7),
  gitCommit: text("Commit that was built.", 8),
  gitTreeState: text("Whether what was built differs from that commit.", 9),
  buildDate: text("When it was built.", 10),
  goVersion: text("Version of the language's tools.", 11),
  compiler: text("Compiler.", 12),
  platform: text("System and processor.", 13),
});

/** The same, for looking up. */
export const DiscoverySchemas: Readonly<Record<string, ObjectNode>> = schemas;

const { APIVersions, APIGroup, APIGroupList, APIResourceList } = schemas;
/** Structures that paths without a kind answer with, by kind. */
export const AnswerSchemas = { APIVersions, APIGroup, APIGroupList, APIResourceList, Info: versionInfo } as const;
