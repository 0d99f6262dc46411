// The calls that belong to no kind: discovery, the version, the keys of the issuer of tokens.
import { PROTOBUF_TYPE } from "../codec/protobuf.ts";
import type { AnyKind } from "../kind/kind.ts";
import { groupId, groupTag, type Operation, rootPath, tagOf, upper } from "./operation.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const DISCOVERY_TYPES = ["application/json", "application/yaml", PROTOBUF_TYPE];

interface Reading {
  readonly path: string;
  readonly id: string;
  readonly doc: string;
  readonly tag: string;
  /** Name of a definition; absent for text. */
  readonly answer?: string;
  readonly produces?: readonly string[];
}

const reading = ({ produces = DISCOVERY_TYPES, ...rest }: Reading): Operation => ({
  ...rest,
  method: "get",
  consumes: rest.answer?.startsWith(META) ? produces : [],
  parameters: [],
  shared: [],
  codes: [200],
  produces,
});

/** The list of resources of a group and version. */
function resourcesOf(kind: AnyKind): Operation {
  const { group, version } = kind;
  return reading({
    path: `${rootPath(group, version)}/`,
    id: `get${groupId(group)}${upper(version)}APIResources`,
    doc: "get available resources",
    tag: tagOf(kind),
    answer: `${META}.APIResourceList`,
  });
}

/** The resource lists of the group-versions that these kinds are in. */
export function resourceLists(kinds: readonly AnyKind[]): readonly Operation[] {
  const firsts = new Map(kinds.toReversed().map((kind) => [rootPath(kind.group, kind.version), kind]));
  return [...firsts.values()].map(resourcesOf);
}

/** What only the document of the whole server has. */
export function serverOperations(kinds: readonly AnyKind[]): readonly Operation[] {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== "");
  const core = { path: "/api/", id: "getCoreAPIVersions", tag: "core", answer: `${META}.APIVersions` };
  const all = { path: "/apis/", id: "getAPIVersions", tag: "apis", answer: `${META}.APIGroupList` };
  return [
    reading({ ...core, doc: "get available API versions" }),
    reading({ ...all, doc: "get available API versions" }),
    ...groups.map((group) =>
      reading({
        path: `/apis/${group}/`,
        id: `get${groupId(group)}APIGroup`,
        doc: "get information of a group",
        tag: groupTag(group),
        answer: `${META}.APIGroup`,
      }),
    ),
    reading({
      path: "/version/",
      id: "getCodeVersion",
      doc: "get the version of this server",
      tag: "version",
      answer: "io.k8s.apimachinery.pkg.version.Info",
      produces: ["application/json"],
    }),
    reading({
      path: "/.well-known/openid-configuration/",
      id: "getServiceAccountIssuerOpenIDConfiguration",
      doc: "get the OpenID configuration of the issuer of service account tokens",
      tag: "WellKnown",
      produces: ["application/json"],
    }),
    reading({
      path: "/openid/v1/jwks/",
      id: "getServiceAccountIssuerOpenIDKeyset",
      doc: "get the keys that service account tokens are verified with",
      tag: "openid",
      produces: ["application/jwk-set+json"],
    }),
  ];
}
