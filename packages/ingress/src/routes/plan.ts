// From Ingresses, their classes, services and endpoints to routes: pure, oldest claim first.
import type { EndpointSlice, Ingress, IngressClass, Secret, Service, Endpoint as SliceEndpoint } from "@knots/api";
import type { Lister } from "@knots/client";
import type { Backend, Endpoint, HostCertificate, Problem, Route, RoutesPlan } from "./routes.ts";

/** Value of `spec.controller` in the IngressClasses that are ours. */
export const CONTROLLER = "knots.dev/ingress";
const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";
const LEGACY_CLASS = "kubernetes.io/ingress.class";

/** What the plan reads. */
export interface RoutesSnapshot {
  readonly ingresses: readonly Ingress[];
  readonly classes: readonly IngressClass[];
  readonly services: Lister<Service>;
  /** Slices filed under `namespace/service` in the index "service". */
  readonly slices: Lister<EndpointSlice>;
  readonly secrets: Lister<Secret>;
}

type IngressBackend = NonNullable<NonNullable<Ingress["spec"]>["defaultBackend"]>;

const keyOf = (object: { readonly metadata: { readonly namespace: string; readonly name: string } }): string =>
  `${object.metadata.namespace}/${object.metadata.name}`;

/** Whether an Ingress is for us: by class name, by the old annotation, or by default. */
export function isOurs(ingress: Ingress, classes: readonly IngressClass[]): boolean {
  const named = ingress.spec?.ingressClassName ?? ingress.metadata.annotations?.[LEGACY_CLASS];
  const chosen = classes.find((candidate) =>
    named === undefined
      ? candidate.metadata.annotations?.[DEFAULT_CLASS] === "true"
      : candidate.metadata.name === named,
  );
  return chosen?.spec?.controller === CONTROLLER;
}

/** Oldest first, then by name: the order in which claims on a route count. */
function byAge(a: Ingress, b: Ingress): number {
  const [left, right] = [`${a.metadata.creationTimestamp} ${keyOf(a)}`, `${b.metadata.creationTimestamp} ${keyOf(b)}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function targetOf(endpoint: SliceEndpoint, port: number): Endpoint {
  const pod =
    endpoint.targetRef?.kind === "Pod" ? `${endpoint.targetRef.namespace}/${endpoint.targetRef.name}` : undefined;
  return { address: endpoint.addresses[0] ?? "", port, ...(pod !== undefined && { pod }) };
}

function backendOf(name: string, portName: string, slices: readonly EndpointSlice[]): Backend {
  const placed = slices
    .filter((slice) => slice.addressType === "IPv4")
    .flatMap((slice) => {
      const port = slice.ports?.find((candidate) => (candidate.name ?? "") === portName)?.port;
      return port === undefined
        ? []
        : (slice.endpoints ?? []).map((endpoint) => ({ endpoint, target: targetOf(endpoint, port) }));
    })
    .sort((a, b) => (a.target.address < b.target.address ? -1 : 1));
  return {
    name,
    endpoints: placed.filter(({ endpoint }) => endpoint.conditions?.ready !== false).map(({ target }) => target),
    draining: placed
      .filter(({ endpoint }) => endpoint.conditions?.ready === false && endpoint.conditions.terminating === true)
      .map(({ target }) => target),
  };
}

/** What is collected while Ingresses are read in order. */
interface Draft {
  readonly snapshot: RoutesSnapshot;
  readonly routes: Map<string, Route & { readonly owner: string }>;
  readonly backends: Map<string, Backend>;
  readonly certificates: Map<string, HostCertificate>;
  readonly problems: Problem[];
}

/** The backend of a reference, made on first use; undefined, with a problem noted, when it names nothing. */
function resolveBackend(draft: Draft, ingress: Ingress, reference: IngressBackend): string | undefined {
  const wanted = reference.service;
  if (!wanted) return undefined;
  const service = draft.snapshot.services.get(ingress.metadata.namespace, wanted.name);
  const where = `${ingress.metadata.namespace}/${wanted.name}`;
  if (!service)
    return void draft.problems.push({
      ingress: keyOf(ingress),
      reason: "ServiceNotFound",
      message: `service "${where}" not found`,
    });
  const port = service.spec.ports?.find((candidate) =>
    wanted.port?.name ? candidate.name === wanted.port.name : candidate.port === wanted.port?.number,
  );
  const asked = wanted.port?.name ?? wanted.port?.number ?? "";
  if (!port)
    return void draft.problems.push({
      ingress: keyOf(ingress),
      reason: "PortNotFound",
      message: `service "${where}" has no port "${asked}"`,
    });
  const name = `${where}:${port.port}`;
  if (!draft.backends.has(name))
    draft.backends.set(name, backendOf(name, port.name ?? "", draft.snapshot.slices.byIndex("service", where)));
  return name;
}

function addRoute(draft: Draft, ingress: Ingress, route: Omit<Route, "backend">, reference: IngressBackend): void {
  const owner = keyOf(ingress);
  const key = `${route.match} ${route.host}${route.path}`;
  const taken = draft.routes.get(key);
  if (taken) {
    if (taken.owner !== owner)
      draft.problems.push({
        ingress: owner,
        reason: "RouteTaken",
        message: `host "${route.host}" path "${route.path}" is already routed by Ingress "${taken.owner}"`,
      });
    return;
  }
  const backend = resolveBackend(draft, ingress, reference);
  if (backend !== undefined) draft.routes.set(key, { ...route, backend, owner });
}

type IngressRule = NonNullable<NonNullable<Ingress["spec"]>["rules"]>[number];

function addRule(draft: Draft, ingress: Ingress, rule: IngressRule): void {
  const host = (rule.host ?? "").toLowerCase();
  const fallback = ingress.spec?.defaultBackend;
  for (const { path = "/", pathType, backend } of rule.http?.paths ?? [])
    addRoute(draft, ingress, { host, path, match: pathType === "Exact" ? "exact" : "prefix" }, backend);
  if (!rule.http && fallback) addRoute(draft, ingress, { host, path: "/", match: "prefix" }, fallback);
  if (host !== "" && !draft.certificates.has(host)) draft.certificates.set(host, { host });
}

function addRules(draft: Draft, ingress: Ingress): void {
  for (const rule of ingress.spec?.rules ?? []) addRule(draft, ingress, rule);
  const fallback = ingress.spec?.defaultBackend;
  if (fallback) addRoute(draft, ingress, { host: "", path: "/", match: "prefix" }, fallback);
}

function addCertificates(draft: Draft, ingress: Ingress): void {
  for (const { hosts = [], secretName } of ingress.spec?.tls ?? []) {
    const secret = secretName ? `${ingress.metadata.namespace}/${secretName}` : undefined;
    const found =
      secretName === undefined ||
      secretName === "" ||
      draft.snapshot.secrets.get(ingress.metadata.namespace, secretName) !== undefined;
    if (!found)
      draft.problems.push({
        ingress: keyOf(ingress),
        reason: "SecretNotFound",
        message: `secret "${secret}" not found; the cluster's authority signs for now`,
      });
    for (const host of hosts.map((name) => name.toLowerCase()))
      draft.certificates.set(host, { host, ...(secret !== undefined && found && { secret }) });
  }
}

const byKey = <T>(entries: ReadonlyMap<string, T>): readonly T[] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);

/** The wanted routes of all Ingresses that are ours. */
export function routesPlan(snapshot: RoutesSnapshot): RoutesPlan {
  const ours = snapshot.ingresses
    .filter((ingress) => !ingress.metadata.deletionTimestamp && isOurs(ingress, snapshot.classes))
    .sort(byAge);
  const draft: Draft = { snapshot, routes: new Map(), backends: new Map(), certificates: new Map(), problems: [] };
  for (const ingress of ours) addRules(draft, ingress);
  for (const ingress of ours) addCertificates(draft, ingress);
  return {
    routes: byKey(draft.routes).map(({ owner: _owner, ...route }) => route),
    backends: byKey(draft.backends),
    certificates: byKey(draft.certificates),
    problems: draft.problems,
    served: ours.map(keyOf),
  };
}
