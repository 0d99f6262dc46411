// Paths that are not resources: health, version, discovery, OpenAPI.

import type { ServiceAccountTokens } from "../authentication/service-account.ts";
import { GNOSTIC_TYPES } from "../discovery/gnostic.ts";
import { coreVersions, groupDocument, groupList, resourceList } from "../discovery/legacy.ts";
import { VERSION } from "../discovery/version.ts";
import type { ApiServer } from "../server.ts";
import { parseAccept } from "./accept.ts";
import type { Document, Documents } from "./documents.ts";
import type { HttpRequest } from "./exchange.ts";
import { answerHealth, type HealthCheck } from "./health.ts";
import { issuerDocument, keySet } from "./issuer.ts";
import { ANSWERS, type Chosen, DISCOVERY, negotiate } from "./negotiate.ts";

/** What a path answers: a text, bytes, or a value with an optional tag in the form that was chosen (JSON where there is no choice). */
export type PathAnswer =
  | { readonly text: string; readonly status: number }
  | { readonly bytes: Uint8Array; readonly etag: string; readonly contentType: string }
  | (Partial<Chosen> & { readonly value: object; readonly etag?: string });

export interface RouteParts {
  readonly server: ApiServer;
  readonly documents: Documents;
  readonly checks: readonly HealthCheck[];
  /** Where clients reach the server: `address:port`. */
  readonly address: string;
}

type Route = (parts: RouteParts, request: HttpRequest, rest: string) => PathAnswer | undefined;

const tagged = ({ value, etag }: Document): PathAnswer => ({ value, etag });

function discoveryRoot(core: boolean, legacy: (parts: RouteParts) => object): Route {
  return (parts, { headers }) => {
    const chosen = negotiate(headers["accept"], DISCOVERY);
    if (!chosen.shape) return { ...chosen, value: legacy(parts) };
    return { ...tagged(parts.documents.aggregated(core, chosen.shape.version)), ...chosen };
  };
}

function groupPath(group: string, version: string | undefined): Route {
  return ({ documents }, { headers }) => {
    const entry = documents.groups().find((one) => one.group === group);
    if (!entry) return undefined;
    const chosen = negotiate(headers["accept"], ANSWERS);
    if (version === undefined) return { ...chosen, value: groupDocument(entry) };
    const found = entry.versions.find((one) => one.version === version);
    return found && { ...chosen, value: resourceList(group, found) };
  };
}

function health(endpoint: string): Route {
  return ({ server, checks }, { query }, rest) => {
    const shutdown: HealthCheck = { name: "shutdown", check: () => (server.ready ? undefined : "draining") };
    const all = endpoint === "readyz" ? [...checks, shutdown] : checks;
    const only = rest === "" ? {} : { only: rest.slice(1) };
    const verbose = query.has("verbose");
    const answer = answerHealth(endpoint, all, { ...only, verbose, exclude: query.getAll("exclude") });
    return answer && { text: answer.text, status: answer.status };
  };
}

/** Go clients ask for protobuf alone; everybody else gets JSON. */
function openApiV2({ documents }: RouteParts, { headers }: HttpRequest): PathAnswer {
  const [wish] = parseAccept(headers["accept"]);
  if (!wish || !GNOSTIC_TYPES.includes(wish.type)) return tagged(documents.openApiV2());
  return { ...documents.openApiV2Protobuf(), contentType: GNOSTIC_TYPES[0] ?? wish.type };
}

const issuer =
  (make: (accounts: ServiceAccountTokens, address: string) => object): Route =>
  ({ server, address }) =>
    server.accounts && { value: make(server.accounts, address) };

const EXACT: Readonly<Record<string, Route>> = {
  "/api": discoveryRoot(true, ({ address }) => coreVersions(address)),
  "/apis": discoveryRoot(false, ({ documents }) => groupList(documents.groups())),
  "/.well-known/openid-configuration": issuer(issuerDocument),
  "/openid/v1/jwks": issuer(keySet),
  "/version": () => ({ value: VERSION }),
  "/openapi/v2": openApiV2,
  "/openapi/v3": ({ documents }) => tagged(documents.openApiIndex()),
  "/": ({ documents }) => ({ value: { paths: rootPaths(documents) } }),
};
const PREFIXES: Readonly<Record<string, Route>> = {
  "/livez": health("livez"),
  "/readyz": health("readyz"),
  "/healthz": health("healthz"),
  "/openapi/v3": ({ documents }, _request, rest) => {
    const found = documents.openApi(rest.slice(1));
    return found && tagged(found);
  },
};

function rootPaths(documents: Documents): readonly string[] {
  const groups = documents.groups().flatMap(({ group, versions }) => {
    const base = group === "" ? "/api" : `/apis/${group}`;
    return [base, ...versions.map(({ version }) => `${base}/${version}`)];
  });
  return [...groups, "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"].toSorted();
}

const trimmed = (path: string): string => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);

/** Finds the answer of a path; undefined when there is nothing. */
export function findRoute(
  path: string,
): ((parts: RouteParts, request: HttpRequest) => PathAnswer | undefined) | undefined {
  const plain = trimmed(path);
  const exact = EXACT[plain];
  if (exact) return (parts, request) => exact(parts, request, "");
  for (const [prefix, route] of Object.entries(PREFIXES)) {
    if (plain !== prefix && !plain.startsWith(`${prefix}/`)) continue;
    return (parts, request) => route(parts, request, plain.slice(prefix.length));
  }
  const group = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(plain);
  if (group) return (parts, request) => groupPath(group[1] ?? "", group[2])(parts, request, "");
  const core = /^\/api\/([^/]+)$/.exec(plain);
  return core ? (parts, request) => groupPath("", core[1])(parts, request, "") : undefined;
}
