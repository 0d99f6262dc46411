// Service: one stable address for many pods.
import {
  atomicList,
  boolean,
  dns1035Label,
  dns1123Label,
  field,
  int32,
  intOrString,
  kind,
  listOf,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  qualifiedName,
  string,
  type TypeOf,
} from "@knots/machinery";
import type { Shown } from "../../columns.ts";
import { portNumber, protocol } from "./common.ts";
import { addressStays, fittingType, serviceAddresses, servicePorts } from "./service-checks.ts";
import { serviceColumns } from "./service-columns.ts";
import { ServiceStatus } from "./service-status.ts";

/** Seconds that a client stays with its pod unless told otherwise. */
export const CLIENT_IP_AFFINITY_SECONDS = 10_800;

const externalTrafficPolicyOf = (spec: { readonly type?: string }) =>
  spec.type === "NodePort" || spec.type === "LoadBalancer" ? "Cluster" : undefined;

const affinityConfigOf = (spec: { readonly sessionAffinity?: string }) =>
  spec.sessionAffinity === "ClientIP" ? { clientIP: { timeoutSeconds: CLIENT_IP_AFFINITY_SECONDS } } : undefined;

const servicePort = object("io.k8s.api.core.v1.ServicePort", {
  name: field(1, string({ check: dns1123Label }), "Name, unique in the service; needed with several ports."),
  protocol: field(2, protocol, "TCP, UDP or SCTP.", { default: "TCP" }),
  port: field(3, portNumber, "Port of the service.", { required: true }),
  targetPort: field(4, intOrString(), "Port of the pods, by number or name; the same by default.", {
    default: (port: { readonly port?: number }) => port.port,
  }),
  nodePort: field(5, int32({ min: 0, max: 65535 }), "Port of every node that leads here."),
  appProtocol: field(6, string({ check: qualifiedName }), "Hint at the protocol inside, such as kubernetes.io/ws.", {
    pointer: true,
  }),
});
/** A port of a service. */
export interface ServicePort extends TypeOf<typeof servicePort> {}
export const ServicePort: ObjectSchema<ServicePort> = servicePort;

const clientIPConfig = object("io.k8s.api.core.v1.ClientIPConfig", {
  timeoutSeconds: field(1, int32({ min: 1, max: 86400 }), "How long a client stays with its pod.", { pointer: true }),
});
/** Settings of affinity by client address. */
export interface ClientIPConfig extends TypeOf<typeof clientIPConfig> {}
export const ClientIPConfig: ObjectSchema<ClientIPConfig> = clientIPConfig;

const sessionAffinityConfig = object("io.k8s.api.core.v1.SessionAffinityConfig", {
  clientIP: field(1, ClientIPConfig, "Settings of affinity by client address.", { pointer: true }),
});
/** Settings of session affinity. */
export interface SessionAffinityConfig extends TypeOf<typeof sessionAffinityConfig> {}
export const SessionAffinityConfig: ObjectSchema<SessionAffinityConfig> = sessionAffinityConfig;

const serviceSpec = object("io.k8s.api.core.v1.ServiceSpec", {
  ports: field(1, listOf(ServicePort, "port", "protocol"), "Ports of the service."),
  selector: field(2, map(string(), { map: "atomic" }), "Labels of the pods behind the service."),
  clusterIP: field(3, string(), "Address of the service; None for none; given by the server."),
  type: field(
    4,
    string({ enum: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] }),
    "How the service is reached.",
    { default: "ClusterIP" },
  ),
  externalIPs: field(5, atomicList(string()), "Further addresses on which nodes take traffic."),
  sessionAffinity: field(7, string({ enum: ["ClientIP", "None"] }), "Whether a client stays with one pod.", {
    default: "None",
  }),
  loadBalancerIP: field(8, string(), "Address asked of the load balancer.", { stage: "deprecated" }),
  loadBalancerSourceRanges: field(9, atomicList(string()), "Networks that the load balancer lets in."),
  externalName: field(10, string(), "Name that an ExternalName service points to."),
  externalTrafficPolicy: field(
    11,
    string({ enum: ["Cluster", "Local"] }),
    "Whether outside traffic stays on the node that took it.",
    { default: externalTrafficPolicyOf },
  ),
  healthCheckNodePort: field(12, int32({ min: 0, max: 65535 }), "Port on which nodes tell whether they have pods."),
  publishNotReadyAddresses: field(13, boolean(), "Whether pods that are not ready count too."),
  sessionAffinityConfig: field(14, SessionAffinityConfig, "Settings of session affinity.", {
    pointer: true,
    default: affinityConfigOf,
  }),
  ipFamilyPolicy: field(
    17,
    string({ enum: ["SingleStack", "PreferDualStack", "RequireDualStack"] }),
    "Whether the service has one address family or two.",
    { pointer: true },
  ),
  clusterIPs: field(18, atomicList(string()), "Addresses of the service, one per family."),
  ipFamilies: field(19, atomicList(string({ enum: ["IPv4", "IPv6"] })), "Address families of the service."),
  allocateLoadBalancerNodePorts: field(20, boolean(), "Whether a load balancer's ports get node ports.", {
    pointer: true,
    default: (spec: { readonly type?: string }) => (spec.type === "LoadBalancer" ? true : undefined),
  }),
  loadBalancerClass: field(21, string(), "Which load balancer implementation serves it.", { pointer: true }),
  internalTrafficPolicy: field(
    22,
    string({ enum: ["Cluster", "Local"] }),
    "Whether inside traffic stays on its node.",
    {
      pointer: true,
      default: (spec: { readonly type?: string }) => (spec.type === "ExternalName" ? undefined : "Cluster"),
    },
  ),
  trafficDistribution: field(23, string(), "Which pods are preferred, such as those close by.", { pointer: true }),
});
/** What a service should be. */
export interface ServiceSpec extends TypeOf<typeof serviceSpec> {}
export const ServiceSpec: ObjectSchema<ServiceSpec> = serviceSpec.check(
  servicePorts,
  fittingType,
  serviceAddresses,
  addressStays,
);

/** One stable address for many pods. */
export const Service = kind({
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  scope: "Namespaced",
  shortNames: ["svc"],
  categories: ["all"],
  doc: "One stable address for many pods.",
  definition: "io.k8s.api.core.v1.Service",
  fields: {
    spec: field(2, ServiceSpec, "What the service should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, ServiceStatus, "State of the service.", { always: true }),
  },
  storagePath: "services/specs",
  subresources: { proxy: { kind: "ServiceProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] } },
  columns: serviceColumns,
  selectable: {
    "spec.clusterIP": ({ spec }: Shown<ServiceSpec>) => spec.clusterIP ?? "",
    "spec.type": ({ spec }: Shown<ServiceSpec>) => spec.type ?? "",
  },
  checkName: dns1035Label,
  generation: false,
});
export interface Service extends ObjectOf<typeof Service> {}
