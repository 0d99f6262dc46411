// Service: one stable address for many pods.
import {
  atomicList,
  boolean,
  dns1035Label,
  field,
  int32,
  intOrString,
  kind,
  listOf,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { ServiceStatus } from "./service-status.ts";

const servicePort = object("io.k8s.api.core.v1.ServicePort", {
  name: field(1, string(), ""),
  protocol: field(2, string(), ""),
  port: field(3, int32(), "", { required: true }),
  targetPort: field(4, intOrString(), ""),
  nodePort: field(5, int32(), ""),
  appProtocol: field(6, string(), "", { pointer: true }),
});
export interface ServicePort extends TypeOf<typeof servicePort> {}
export const ServicePort: ObjectSchema<ServicePort> = servicePort;

const clientIPConfig = object("io.k8s.api.core.v1.ClientIPConfig", {
  timeoutSeconds: field(1, int32(), "", { pointer: true }),
});
export interface ClientIPConfig extends TypeOf<typeof clientIPConfig> {}
export const ClientIPConfig: ObjectSchema<ClientIPConfig> = clientIPConfig;

const sessionAffinityConfig = object("io.k8s.api.core.v1.SessionAffinityConfig", {
  clientIP: field(1, ClientIPConfig, "", { pointer: true }),
});
export interface SessionAffinityConfig extends TypeOf<typeof sessionAffinityConfig> {}
export const SessionAffinityConfig: ObjectSchema<SessionAffinityConfig> = sessionAffinityConfig;

const serviceSpec = object("io.k8s.api.core.v1.ServiceSpec", {
  ports: field(1, listOf(ServicePort, "port", "protocol"), ""),
  selector: field(2, map(string(), { map: "atomic" }), ""),
  clusterIP: field(3, string(), ""),
  type: field(4, string(), ""),
  externalIPs: field(5, atomicList(string()), ""),
  sessionAffinity: field(7, string(), ""),
  loadBalancerIP: field(8, string(), ""),
  loadBalancerSourceRanges: field(9, atomicList(string()), ""),
  externalName: field(10, string(), ""),
  externalTrafficPolicy: field(11, string(), ""),
  healthCheckNodePort: field(12, int32(), ""),
  publishNotReadyAddresses: field(13, boolean(), ""),
  sessionAffinityConfig: field(14, SessionAffinityConfig, "", { pointer: true }),
  ipFamilyPolicy: field(17, string(), "", { pointer: true }),
  clusterIPs: field(18, atomicList(string()), ""),
  ipFamilies: field(19, atomicList(string()), ""),
  allocateLoadBalancerNodePorts: field(20, boolean(), "", { pointer: true }),
  loadBalancerClass: field(21, string(), "", { pointer: true }),
  internalTrafficPolicy: field(22, string(), "", { pointer: true }),
  trafficDistribution: field(23, string(), "", { pointer: true }),
});
export interface ServiceSpec extends TypeOf<typeof serviceSpec> {}
export const ServiceSpec: ObjectSchema<ServiceSpec> = serviceSpec;

/**  */
export const Service = kind({
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  scope: "Namespaced",
  shortNames: ["svc"],
  categories: ["all"],
  doc: "",
  definition: "io.k8s.api.core.v1.Service",
  fields: {
    spec: field(2, ServiceSpec, "", { required: true, always: true, default: {} }),
    status: field(3, ServiceStatus, "", { pointer: true }),
  },
  storagePath: "services/specs",
  subresources: { proxy: { kind: "ServiceProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] } },
  checkName: dns1035Label,
  generation: false,
});
export interface Service extends ObjectOf<typeof Service> {}
