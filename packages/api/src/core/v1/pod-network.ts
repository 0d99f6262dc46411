// Names and resolvers of a pod.
import { atomicList, field, ipAddress, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const podDNSConfigOption = object("io.k8s.api.core.v1.PodDNSConfigOption", {
  name: field(1, string(), "Name of the option."),
  value: field(2, string(), "Value of the option.", { pointer: true }),
});
/** An option of the resolver. */
export interface PodDNSConfigOption extends TypeOf<typeof podDNSConfigOption> {}
export const PodDNSConfigOption: ObjectSchema<PodDNSConfigOption> = podDNSConfigOption;

const podDNSConfig = object("io.k8s.api.core.v1.PodDNSConfig", {
  nameservers: field(1, atomicList(string()), "Addresses of name servers."),
  searches: field(2, atomicList(string()), "Domains to search."),
  options: field(3, atomicList(PodDNSConfigOption), "Options of the resolver."),
});
/** Additions to what the DNS policy gives. */
export interface PodDNSConfig extends TypeOf<typeof podDNSConfig> {}
export const PodDNSConfig: ObjectSchema<PodDNSConfig> = podDNSConfig;

const hostAlias = object("io.k8s.api.core.v1.HostAlias", {
  ip: field(1, string({ check: ipAddress }), "Address of the line.", { required: true }),
  hostnames: field(2, atomicList(string()), "Names of the line."),
});
/** A line of the pod's hosts file. */
export interface HostAlias extends TypeOf<typeof hostAlias> {}
export const HostAlias: ObjectSchema<HostAlias> = hostAlias;
