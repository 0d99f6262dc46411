// Endpoints: the older list of addresses behind a service.
import {
  atomicList,
  dns1123Label,
  dns1123Subdomain,
  field,
  ipAddress,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { portNumber, protocol } from "./common.ts";
import { endpointsColumns } from "./endpoints-columns.ts";
import { ObjectReference } from "./reference.ts";

const endpointAddress = object(
  "io.k8s.api.core.v1.EndpointAddress",
  {
    ip: field(1, string({ check: ipAddress }), "The address.", { required: true }),
    hostname: field(3, string({ check: dns1123Label }), "Host name of the address."),
    nodeName: field(4, string(), "Node on which the address is.", { pointer: true }),
    targetRef: field(2, ObjectReference, "Object behind the address, mostly a pod.", { pointer: true }),
  },
  { map: "atomic" },
);
/** One address behind a service. */
export interface EndpointAddress extends TypeOf<typeof endpointAddress> {}
export const EndpointAddress: ObjectSchema<EndpointAddress> = endpointAddress;

const endpointsPort = object(
  "io.k8s.api.core.v1.EndpointPort",
  {
    name: field(1, string(), "Name of the service's port."),
    port: field(2, portNumber, "Port number.", { required: true }),
    protocol: field(3, protocol, "TCP, UDP or SCTP.", { default: "TCP" }),
    appProtocol: field(4, string(), "Hint at the protocol inside.", { pointer: true }),
  },
  { map: "atomic" },
);
/** One port behind a service. */
export interface EndpointsPort extends TypeOf<typeof endpointsPort> {}
export const EndpointsPort: ObjectSchema<EndpointsPort> = endpointsPort;

const endpointSubset = object("io.k8s.api.core.v1.EndpointSubset", {
  addresses: field(1, atomicList(EndpointAddress), "Addresses that are ready."),
  notReadyAddresses: field(2, atomicList(EndpointAddress), "Addresses that are not ready."),
  ports: field(3, atomicList(EndpointsPort), "Ports of all these addresses."),
});
/** Addresses that share the same ports. */
export interface EndpointSubset extends TypeOf<typeof endpointSubset> {}
export const EndpointSubset: ObjectSchema<EndpointSubset> = endpointSubset;

/** The older list of addresses behind a service. */
export const Endpoints = kind({
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  scope: "Namespaced",
  shortNames: ["ep"],
  doc: "The older list of addresses behind a service.",
  definition: "io.k8s.api.core.v1.Endpoints",
  fields: {
    subsets: field(2, atomicList(EndpointSubset), "Groups of addresses with their ports."),
  },
  storagePath: "services/endpoints",
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  columns: endpointsColumns,
  checkName: dns1123Subdomain,
});
export interface Endpoints extends ObjectOf<typeof Endpoints> {}
