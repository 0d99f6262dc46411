// Addresses that serve an ingress.
import { atomicList, field, int32, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const ingressPortStatus = object("io.k8s.api.networking.v1.IngressPortStatus", {
  port: field(1, int32(), "", { required: true }),
  protocol: field(2, string(), "", { required: true }),
  error: field(3, string(), "", { pointer: true }),
});
export interface IngressPortStatus extends TypeOf<typeof ingressPortStatus> {}
export const IngressPortStatus: ObjectSchema<IngressPortStatus> = ingressPortStatus;

const ingressLoadBalancerIngress = object("io.k8s.api.networking.v1.IngressLoadBalancerIngress", {
  ip: field(1, string(), ""),
  hostname: field(2, string(), ""),
  ports: field(4, atomicList(IngressPortStatus), ""),
});
export interface IngressLoadBalancerIngress extends TypeOf<typeof ingressLoadBalancerIngress> {}
export const IngressLoadBalancerIngress: ObjectSchema<IngressLoadBalancerIngress> = ingressLoadBalancerIngress;

const ingressLoadBalancerStatus = object("io.k8s.api.networking.v1.IngressLoadBalancerStatus", {
  ingress: field(1, atomicList(IngressLoadBalancerIngress), ""),
});
export interface IngressLoadBalancerStatus extends TypeOf<typeof ingressLoadBalancerStatus> {}
export const IngressLoadBalancerStatus: ObjectSchema<IngressLoadBalancerStatus> = ingressLoadBalancerStatus;

const ingressStatus = object("io.k8s.api.networking.v1.IngressStatus", {
  loadBalancer: field(1, IngressLoadBalancerStatus, "", { always: true }),
});
export interface IngressStatus extends TypeOf<typeof ingressStatus> {}
export const IngressStatus: ObjectSchema<IngressStatus> = ingressStatus;
