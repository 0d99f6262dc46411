// Routes as rows: which Ingresses count, who wins a route, where it leads, what is wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EndpointSlice, Ingress, IngressClass, Secret, Service } from "@knots/api";
import type { Lister } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import { CONTROLLER, routesPlan } from "./plan.ts";

const live = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };

function lister<T extends KubeObject>(objects: readonly T[], index: (object: T) => string = () => ""): Lister<T> {
  return {
    get: (namespace, name) =>
      objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    list: () => objects,
    byIndex: (_name, value) => objects.filter((object) => index(object) === value),
  };
}

const classes: readonly IngressClass[] = [
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { ...live, name: "knots", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
    spec: { controller: CONTROLLER },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { ...live, name: "other" },
    spec: { controller: "example.com/other" },
  },
];
const web: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { ...live, name: "web", namespace: "a" },
  spec: {
    ports: [
      { name: "http", port: 80 },
      { name: "admin", port: 81 },
    ],
  },
};
const slice: EndpointSlice = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { ...live, name: "web-1", namespace: "a", labels: { "kubernetes.io/service-name": "web" } },
  addressType: "IPv4",
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  endpoints: [
    { addresses: ["10.244.0.3"], conditions: { ready: true }, targetRef: { kind: "Pod", namespace: "a", name: "p3" } },
    { addresses: ["10.244.0.2"], conditions: { ready: false, terminating: true, serving: true } },
    { addresses: ["10.244.0.4"], conditions: { ready: false } },
  ],
};
const secret: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { ...live, name: "tls", namespace: "a" },
  type: "kubernetes.io/tls",
  data: {},
};

type Path = NonNullable<
  NonNullable<NonNullable<NonNullable<Ingress["spec"]>["rules"]>[number]["http"]>["paths"]
>[number];
const to = (
  path: string,
  port: { readonly number?: number; readonly name?: string } = { number: 80 },
  pathType: "Exact" | "Prefix" = "Prefix",
  name = "web",
): Path => ({
  path,
  pathType,
  backend: { service: { name, port } },
});
function ingress(
  name: string,
  host: string,
  paths: readonly Path[],
  more: { readonly created?: string; readonly className?: string; readonly tls?: string } = {},
): Ingress {
  const { created = live.creationTimestamp, className, tls } = more;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { ...live, name, namespace: "a", creationTimestamp: created },
    spec: {
      rules: [{ host, http: { paths } }],
      ...(className && { ingressClassName: className }),
      ...(tls && { tls: [{ hosts: [host], secretName: tls }] }),
    },
  };
}
const planOf = (...ingresses: readonly Ingress[]) =>
  routesPlan({
    ingresses,
    classes,
    services: lister([web]),
    slices: lister(
      [slice],
      ({ metadata }) => `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]}`,
    ),
    secrets: lister([secret]),
  });

test("a route leads to the ready endpoints of a service port, by number or name; ending ones drain", () => {
  const plan = planOf(ingress("one", "A.example", [to("/"), to("/named", { name: "http" }, "Exact")]));
  assert.deepEqual(plan.routes, [
    { host: "a.example", path: "/named", match: "exact", backend: "a/web:80" },
    { host: "a.example", path: "/", match: "prefix", backend: "a/web:80" },
  ]);
  assert.deepEqual(plan.backends, [
    {
      name: "a/web:80",
      endpoints: [{ address: "10.244.0.3", port: 8080, pod: "a/p3" }],
      draining: [{ address: "10.244.0.2", port: 8080 }],
    },
  ]);
  assert.deepEqual(plan.certificates, [{ host: "a.example" }]);
});

test("another controller's class is left alone; no class means the default one", () => {
  assert.deepEqual(planOf(ingress("one", "a.example", [to("/")], { className: "other" })).routes, []);
  assert.deepEqual(planOf(ingress("one", "a.example", [to("/")], { className: "knots" })).served, ["a/one"]);
  assert.deepEqual(planOf(ingress("one", "a.example", [to("/")])).served, ["a/one"]);
});

test("the older Ingress keeps a route, and the younger one is told who has it", () => {
  const plan = planOf(
    ingress("young", "a.example", [to("/", { number: 81 })], { created: "2026-02-01T00:00:00Z" }),
    ingress("old", "a.example", [to("/")]),
  );
  assert.deepEqual(
    plan.routes.map(({ backend }) => backend),
    ["a/web:80"],
  );
  assert.deepEqual(plan.problems, [
    {
      ingress: "a/young",
      reason: "RouteTaken",
      message: 'host "a.example" path "/" is already routed by Ingress "a/old"',
    },
  ]);
});

test("what names nothing is reported, and the rest still works", () => {
  const plan = planOf(
    ingress("one", "a.example", [to("/x", { number: 80 }, "Prefix", "none"), to("/y", { number: 99 }), to("/")], {
      tls: "gone",
    }),
  );
  assert.deepEqual(
    plan.routes.map(({ path }) => path),
    ["/"],
  );
  assert.deepEqual(
    plan.problems.map(({ reason }) => reason),
    ["ServiceNotFound", "PortNotFound", "SecretNotFound"],
  );
  assert.deepEqual(plan.certificates, [{ host: "a.example" }]);
  assert.deepEqual(planOf(ingress("one", "a.example", [to("/")], { tls: "tls" })).certificates, [
    { host: "a.example", secret: "a/tls" },
  ]);
});
