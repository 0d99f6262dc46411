// Objects that a cluster of ours has from its first day: the DNS service, the ingress class, the roles of our own components.
import { ClusterRole, ClusterRoleBinding, EndpointSlice, IngressClass, Service } from "@knots/api";
import type { AnyKind, KubeObject } from "@knots/machinery";

/** Users of components that upstream does not have. */
export const DNS_USER = "system:knots:dns";
export const INGRESS_USER = "system:knots:ingress";
export const SERVICES_USER = "system:knots:services";

export interface AddonOptions {
  /** Where DNS answers: the service's address and the server behind it. */
  readonly dns?: { readonly serviceAddress: string; readonly serverAddress: string };
}

/** An object with its kind. */
export interface Addon {
  readonly kind: AnyKind;
  readonly object: KubeObject & Readonly<Record<string, unknown>>;
}

type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};
const READ = ["get", "list", "watch"];
const rule = (group: string, resources: readonly string[], verbs: readonly string[] = READ): Rule => ({
  apiGroups: [group],
  resources,
  verbs,
});
const EVENTS = rule("", ["events"], ["create", "patch", "update"]);

function role(user: string, rules: readonly Rule[]): readonly Addon[] {
  const metadata = { name: user };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: user };
  const subjects = [{ kind: "User", name: user, apiGroup: "rbac.authorization.k8s.io" }];
  return [
    { kind: ClusterRole, object: { metadata, rules } },
    { kind: ClusterRoleBinding, object: { metadata, roleRef, subjects } },
  ];
}

/** Pods are read for their host ports. */
const SERVICES_RULES = [rule("", ["services", "pods", "nodes"]), rule("discovery.k8s.io", ["endpointslices"]), EVENTS];
const DNS_RULES = [rule("", ["services", "pods", "namespaces"]), rule("discovery.k8s.io", ["endpointslices"])];
const INGRESS_RULES = [
  rule("", ["services", "secrets"]),
  rule("", ["pods"], [...READ, "patch"]),
  rule("", ["pods/status"], ["patch"]),
  rule("discovery.k8s.io", ["endpointslices"]),
  rule("networking.k8s.io", ["ingresses", "ingressclasses"]),
  rule("networking.k8s.io", ["ingresses/status"], ["update", "patch"]),
  EVENTS,
];

function dnsObjects({ serviceAddress, serverAddress }: NonNullable<AddonOptions["dns"]>): readonly Addon[] {
  const namespace = "kube-system";
  const ports = [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, protocol: "TCP" },
  ];
  const labels = { "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" };
  const service = { metadata: { name: "kube-dns", namespace, labels }, spec: { clusterIP: serviceAddress, ports } };
  const metadata = {
    name: "kube-dns-knots",
    namespace,
    labels: { "kubernetes.io/service-name": "kube-dns", "endpointslice.kubernetes.io/managed-by": "knots.dev" },
  };
  const endpoints = [{ addresses: [serverAddress], conditions: { ready: true, serving: true, terminating: false } }];
  return [
    { kind: Service, object: service },
    { kind: EndpointSlice, object: { metadata, addressType: "IPv4", endpoints, ports } },
  ];
}

/** The default class of Ingresses, served by our controller. */
const INGRESS_CLASS: Addon = {
  kind: IngressClass,
  object: {
    metadata: { name: "knots", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
    spec: { controller: "knots.dev/ingress" },
  },
};

/** All objects for these options. */
export function addons({ dns }: AddonOptions): readonly Addon[] {
  return [
    ...role(SERVICES_USER, SERVICES_RULES),
    ...role(DNS_USER, DNS_RULES),
    ...role(INGRESS_USER, INGRESS_RULES),
    INGRESS_CLASS,
    ...(dns ? dnsObjects(dns) : []),
  ];
}
