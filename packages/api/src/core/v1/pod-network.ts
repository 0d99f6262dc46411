// Names and resolvers of a pod.
import { atomicList, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const podDNSConfigOption = object("io.k8s.api.core.v1.PodDNSConfigOption", {
  name: field(1, string(), ""),
  value: field(2, string(), "", { pointer: true }),
});
export interface PodDNSConfigOption extends TypeOf<typeof podDNSConfigOption> {}
export const PodDNSConfigOption: ObjectSchema<PodDNSConfigOption> = podDNSConfigOption;

const podDNSConfig = object("io.k8s.api.core.v1.PodDNSConfig", {
  nameservers: field(1, atomicList(string()), ""),
  searches: field(2, atomicList(string()), ""),
  options: field(3, atomicList(PodDNSConfigOption), ""),
});
export interface PodDNSConfig extends TypeOf<typeof podDNSConfig> {}
export const PodDNSConfig: ObjectSchema<PodDNSConfig> = podDNSConfig;

const hostAlias = object("io.k8s.api.core.v1.HostAlias", {
  ip: field(1, string(), "", { required: true }),
  hostnames: field(2, atomicList(string()), ""),
});
export interface HostAlias extends TypeOf<typeof hostAlias> {}
export const HostAlias: ObjectSchema<HostAlias> = hostAlias;
