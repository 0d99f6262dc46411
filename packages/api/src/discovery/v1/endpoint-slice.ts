// EndpointSlice: a part of the addresses behind a service.
import {
  atomicList,
  boolean,
  dns1123Subdomain,
  field,
  int32,
  kind,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  setOf,
  string,
  type TypeOf,
} from "@knots/machinery";
import { ObjectReference } from "../../core/v1/reference.ts";

const endpointConditions = object("io.k8s.api.discovery.v1.EndpointConditions", {
  ready: field(1, boolean(), "", { pointer: true }),
  serving: field(2, boolean(), "", { pointer: true }),
  terminating: field(3, boolean(), "", { pointer: true }),
});
export interface EndpointConditions extends TypeOf<typeof endpointConditions> {}
export const EndpointConditions: ObjectSchema<EndpointConditions> = endpointConditions;

const forNode = object("io.k8s.api.discovery.v1.ForNode", {
  name: field(1, string(), "", { required: true }),
});
export interface ForNode extends TypeOf<typeof forNode> {}
export const ForNode: ObjectSchema<ForNode> = forNode;

const forZone = object("io.k8s.api.discovery.v1.ForZone", {
  name: field(1, string(), "", { required: true }),
});
export interface ForZone extends TypeOf<typeof forZone> {}
export const ForZone: ObjectSchema<ForZone> = forZone;

const endpointHints = object("io.k8s.api.discovery.v1.EndpointHints", {
  forZones: field(1, atomicList(ForZone), ""),
  forNodes: field(2, atomicList(ForNode), ""),
});
export interface EndpointHints extends TypeOf<typeof endpointHints> {}
export const EndpointHints: ObjectSchema<EndpointHints> = endpointHints;

const endpoint = object("io.k8s.api.discovery.v1.Endpoint", {
  addresses: field(1, setOf(string()), "", { required: true }),
  conditions: field(2, EndpointConditions, "", { always: true }),
  hostname: field(3, string(), "", { pointer: true }),
  targetRef: field(4, ObjectReference, "", { pointer: true }),
  deprecatedTopology: field(5, map(string()), ""),
  nodeName: field(6, string(), "", { pointer: true }),
  zone: field(7, string(), "", { pointer: true }),
  hints: field(8, EndpointHints, "", { pointer: true }),
});
export interface Endpoint extends TypeOf<typeof endpoint> {}
export const Endpoint: ObjectSchema<Endpoint> = endpoint;

const endpointPort = object(
  "io.k8s.api.discovery.v1.EndpointPort",
  {
    name: field(1, string(), "", { pointer: true }),
    protocol: field(2, string(), "", { pointer: true }),
    port: field(3, int32(), "", { pointer: true }),
    appProtocol: field(4, string(), "", { pointer: true }),
  },
  { map: "atomic" },
);
export interface EndpointPort extends TypeOf<typeof endpointPort> {}
export const EndpointPort: ObjectSchema<EndpointPort> = endpointPort;

/**  */
export const EndpointSlice = kind({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  scope: "Namespaced",
  doc: "",
  definition: "io.k8s.api.discovery.v1.EndpointSlice",
  fields: {
    endpoints: field(2, atomicList(Endpoint), ""),
    ports: field(3, atomicList(EndpointPort), ""),
    addressType: field(4, string(), "", { required: true }),
  },
  storagePath: "endpointslices",
  checkName: dns1123Subdomain,
  generation: true,
});
export interface EndpointSlice extends ObjectOf<typeof EndpointSlice> {}
