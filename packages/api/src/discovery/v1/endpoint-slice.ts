// EndpointSlice: a part of the addresses behind a service.
import {
  atomicList,
  boolean,
  dns1123Label,
  dns1123Subdomain,
  field,
  kind,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  setOf,
  string,
  type TypeOf,
} from "@knots/machinery";
import { portNumber, protocol } from "../../core/v1/common.ts";
import { ObjectReference } from "../../core/v1/reference.ts";
import { addressesOfFamily, sliceSize } from "./endpoint-slice-checks.ts";
import { endpointSliceColumns } from "./endpoint-slice-columns.ts";

const endpointConditions = object("io.k8s.api.discovery.v1.EndpointConditions", {
  ready: field(1, boolean(), "Whether it should get new traffic; absent means unknown.", { pointer: true }),
  serving: field(2, boolean(), "Whether it answers, even while it terminates.", { pointer: true }),
  terminating: field(3, boolean(), "Whether it is shutting down.", { pointer: true }),
});
/** State of an endpoint. */
export interface EndpointConditions extends TypeOf<typeof endpointConditions> {}
export const EndpointConditions: ObjectSchema<EndpointConditions> = endpointConditions;

const forNode = object("io.k8s.api.discovery.v1.ForNode", {
  name: field(1, string(), "Name of the node.", { required: true }),
});
/** A node for which an endpoint is meant. */
export interface ForNode extends TypeOf<typeof forNode> {}
export const ForNode: ObjectSchema<ForNode> = forNode;

const forZone = object("io.k8s.api.discovery.v1.ForZone", {
  name: field(1, string(), "Name of the zone.", { required: true }),
});
/** A zone for which an endpoint is meant. */
export interface ForZone extends TypeOf<typeof forZone> {}
export const ForZone: ObjectSchema<ForZone> = forZone;

const endpointHints = object("io.k8s.api.discovery.v1.EndpointHints", {
  forZones: field(1, atomicList(ForZone), "Zones that should use it."),
  forNodes: field(2, atomicList(ForNode), "Nodes that should use it."),
});
/** Who should use an endpoint. */
export interface EndpointHints extends TypeOf<typeof endpointHints> {}
export const EndpointHints: ObjectSchema<EndpointHints> = endpointHints;

const endpoint = object("io.k8s.api.discovery.v1.Endpoint", {
  addresses: field(1, setOf(string()), "Addresses of the backend; all mean the same one.", { required: true }),
  conditions: field(2, EndpointConditions, "State of the backend.", { always: true }),
  hostname: field(3, string({ check: dns1123Label }), "Host name of the backend.", { pointer: true }),
  targetRef: field(4, ObjectReference, "Object behind it, mostly a pod.", { pointer: true }),
  deprecatedTopology: field(5, map(string()), "Topology of older versions.", { stage: "deprecated" }),
  nodeName: field(6, string(), "Node on which it runs.", { pointer: true }),
  zone: field(7, string(), "Zone in which it runs.", { pointer: true }),
  hints: field(8, EndpointHints, "Who should use it.", { pointer: true }),
});
/** One backend of a service, mostly a pod. */
export interface Endpoint extends TypeOf<typeof endpoint> {}
export const Endpoint: ObjectSchema<Endpoint> = endpoint;

const endpointPort = object(
  "io.k8s.api.discovery.v1.EndpointPort",
  {
    name: field(1, string(), "Name of the service's port.", { pointer: true, default: "" }),
    protocol: field(2, protocol, "TCP, UDP or SCTP.", {
      pointer: true,
      default: "TCP",
    }),
    port: field(3, portNumber, "Port number.", { pointer: true }),
    appProtocol: field(4, string(), "Hint at the protocol inside.", { pointer: true }),
  },
  { map: "atomic" },
);
/** One port of all endpoints in a slice. */
export interface EndpointPort extends TypeOf<typeof endpointPort> {}
export const EndpointPort: ObjectSchema<EndpointPort> = endpointPort;

/** A part of the addresses behind a service. */
export const EndpointSlice = kind({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  scope: "Namespaced",
  doc: "A part of the addresses behind a service.",
  definition: "io.k8s.api.discovery.v1.EndpointSlice",
  fields: {
    addressType: field(4, string({ enum: ["IPv4", "IPv6", "FQDN"] }), "Family of all addresses in the slice.", {
      required: true,
      immutable: true,
    }),
    endpoints: field(2, atomicList(Endpoint), "The backends, at most 1000.", { always: true }),
    ports: field(3, atomicList(EndpointPort), "Ports of every backend, at most 100.", { always: true }),
  },
  storagePath: "endpointslices",
  columns: endpointSliceColumns,
  checks: [sliceSize, addressesOfFamily],
  checkName: dns1123Subdomain,
  generation: true,
});
export interface EndpointSlice extends ObjectOf<typeof EndpointSlice> {}
