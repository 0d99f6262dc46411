// Addresses that serve an ingress.
import { atomicList, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { portStatusFields } from "../../core/v1/common.ts";

const ingressPortStatus = object("io.k8s.api.networking.v1.IngressPortStatus", portStatusFields);
/** State of one port of a load balancer. */
export interface IngressPortStatus extends TypeOf<typeof ingressPortStatus> {}
export const IngressPortStatus: ObjectSchema<IngressPortStatus> = ingressPortStatus;

const ingressLoadBalancerIngress = object("io.k8s.api.networking.v1.IngressLoadBalancerIngress", {
  ip: field(1, string(), "Address, where known by address."),
  hostname: field(2, string(), "Name, where known by name."),
  ports: field(4, atomicList(IngressPortStatus), "State of each port."),
});
/** One address that serves an ingress. */
export interface IngressLoadBalancerIngress extends TypeOf<typeof ingressLoadBalancerIngress> {}
export const IngressLoadBalancerIngress: ObjectSchema<IngressLoadBalancerIngress> = ingressLoadBalancerIngress;

const ingressLoadBalancerStatus = object("io.k8s.api.networking.v1.IngressLoadBalancerStatus", {
  ingress: field(1, atomicList(IngressLoadBalancerIngress), "The addresses."),
});
/** Addresses that serve an ingress. */
export interface IngressLoadBalancerStatus extends TypeOf<typeof ingressLoadBalancerStatus> {}
export const IngressLoadBalancerStatus: ObjectSchema<IngressLoadBalancerStatus> = ingressLoadBalancerStatus;

const ingressStatus = object("io.k8s.api.networking.v1.IngressStatus", {
  loadBalancer: field(1, IngressLoadBalancerStatus, "Addresses that serve it.", { always: true }),
});
/** State of an ingress. */
export interface IngressStatus extends TypeOf<typeof ingressStatus> {}
export const IngressStatus: ObjectSchema<IngressStatus> = ingressStatus;
