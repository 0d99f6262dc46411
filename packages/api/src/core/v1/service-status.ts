// Addresses that a load balancer gave to a service.
import { atomicList, Condition, field, listOf, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { portStatusFields } from "./common.ts";

const portStatus = object("io.k8s.api.core.v1.PortStatus", portStatusFields);
/** State of one port of a load balancer. */
export interface PortStatus extends TypeOf<typeof portStatus> {}
export const PortStatus: ObjectSchema<PortStatus> = portStatus;

const loadBalancerIngress = object("io.k8s.api.core.v1.LoadBalancerIngress", {
  ip: field(1, string(), "Address, for balancers known by address."),
  hostname: field(2, string(), "Name, for balancers known by name."),
  ipMode: field(3, string({ enum: ["VIP", "Proxy"] }), "Whether packets keep the balancer's address.", {
    pointer: true,
  }),
  ports: field(4, atomicList(PortStatus), "State of each port."),
});
/** One address of a load balancer. */
export interface LoadBalancerIngress extends TypeOf<typeof loadBalancerIngress> {}
export const LoadBalancerIngress: ObjectSchema<LoadBalancerIngress> = loadBalancerIngress;

const loadBalancerStatus = object("io.k8s.api.core.v1.LoadBalancerStatus", {
  ingress: field(1, atomicList(LoadBalancerIngress), "The addresses."),
});
/** Addresses of a load balancer. */
export interface LoadBalancerStatus extends TypeOf<typeof loadBalancerStatus> {}
export const LoadBalancerStatus: ObjectSchema<LoadBalancerStatus> = loadBalancerStatus;

const serviceStatus = object("io.k8s.api.core.v1.ServiceStatus", {
  loadBalancer: field(1, LoadBalancerStatus, "Addresses of the load balancer.", { always: true }),
  conditions: field(2, listOf(Condition, "type"), "Aspects of the service's state."),
});
/** State of a service. */
export interface ServiceStatus extends TypeOf<typeof serviceStatus> {}
export const ServiceStatus: ObjectSchema<ServiceStatus> = serviceStatus;
