// Addresses that a load balancer gave to a service.
import {
  atomicList,
  Condition,
  field,
  int32,
  listOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";

const portStatus = object("io.k8s.api.core.v1.PortStatus", {
  port: field(1, int32(), "", { required: true }),
  protocol: field(2, string(), "", { required: true }),
  error: field(3, string(), "", { pointer: true }),
});
export interface PortStatus extends TypeOf<typeof portStatus> {}
export const PortStatus: ObjectSchema<PortStatus> = portStatus;

const loadBalancerIngress = object("io.k8s.api.core.v1.LoadBalancerIngress", {
  ip: field(1, string(), ""),
  hostname: field(2, string(), ""),
  ipMode: field(3, string(), "", { pointer: true }),
  ports: field(4, atomicList(PortStatus), ""),
});
export interface LoadBalancerIngress extends TypeOf<typeof loadBalancerIngress> {}
export const LoadBalancerIngress: ObjectSchema<LoadBalancerIngress> = loadBalancerIngress;

const loadBalancerStatus = object("io.k8s.api.core.v1.LoadBalancerStatus", {
  ingress: field(1, atomicList(LoadBalancerIngress), ""),
});
export interface LoadBalancerStatus extends TypeOf<typeof loadBalancerStatus> {}
export const LoadBalancerStatus: ObjectSchema<LoadBalancerStatus> = loadBalancerStatus;

const serviceStatus = object("io.k8s.api.core.v1.ServiceStatus", {
  loadBalancer: field(1, LoadBalancerStatus, "", { always: true }),
  conditions: field(2, listOf(Condition, "type"), ""),
});
export interface ServiceStatus extends TypeOf<typeof serviceStatus> {}
export const ServiceStatus: ObjectSchema<ServiceStatus> = serviceStatus;
