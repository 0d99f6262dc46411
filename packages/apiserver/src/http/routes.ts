// Paths that are not resources: health, version, discovery, OpenAPI.

import type { ServiceAccountTokens } from "../authentication/service-account.ts";
import { coreVersions, groupDocument, groupList, resourceList } from "../discovery/legacy.ts";
import { VERSION } from "../discovery/version.ts";
import type { Documents } from "./documents.ts";
import type { HttpRequest } from "./exchange.ts";
import { answerHealth, type HealthCheck } from "./health.ts";
import { issuerDocument, keySet } from "./issuer.ts";
import { ANSWERS, DISCOVERY, negotiate } from "./negotiate.ts";
import { openApiV2, openApiV3 } from "./openapi-routes.ts";
import type { PathAnswer, Route, RouteParts } from "./route.ts";

function discoveryRoot(core: boolean, legacy: (parts: RouteParts) => object): Route {
  return (parts, { headers }) => {
    const chosen = negotiate(headers["accept"], DISCOVERY);
    if (!chosen.shape) return { ...chosen, value: legacy(parts) };
    return { ...parts.documents.aggregated(core, chosen.shape.version), ...chosen };
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

const issuer =
  (make: (accounts: ServiceAccountTokens, address: string) => object, type: string): Route =>
  ({ server, address }) =>
    server.accounts && { value: make(server.accounts, address), type };

const EXACT: Readonly<Record<string, Route>> = {
  "/api": discoveryRoot(true, ({ address }) => coreVersions(address)),
  "/apis": discoveryRoot(false, ({ documents }) => groupList(documents.groups())),
  "/.well-known/openid-configuration": issuer(issuerDocument, "application/json"),
  "/openid/v1/jwks": issuer(keySet, "application/jwk-set+json"),
  "/version": () => ({ value: VERSION }),
  "/openapi/v2": openApiV2,
  "/openapi/v3": ({ documents }) => documents.openApiIndex(),
  "/": ({ documents }) => ({ value: { paths: rootPaths(documents) } }),
};
const PREFIXES: Readonly<Record<string, Route>> = {
  "/livez": health("livez"),
  "/readyz": health("readyz"),
  "/healthz": health("healthz"),
  "/openapi/v3": openApiV3,
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
