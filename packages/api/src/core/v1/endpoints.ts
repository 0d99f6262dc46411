// Endpoints: the older list of addresses behind a service.
import {
  atomicList,
  dns1123Subdomain,
  field,
  int32,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { ObjectReference } from "./reference.ts";

const endpointAddress = object(
  "io.k8s.api.core.v1.EndpointAddress",
  {
    ip: field(1, string(), "", { required: true }),
    targetRef: field(2, ObjectReference, "", { pointer: true }),
    hostname: field(3, string(), ""),
    nodeName: field(4, string(), "", { pointer: true }),
  },
  { map: "atomic" },
);
export interface EndpointAddress extends TypeOf<typeof endpointAddress> {}
export const EndpointAddress: ObjectSchema<EndpointAddress> = endpointAddress;

const endpointsPort = object(
  "io.k8s.api.core.v1.EndpointPort",
  {
    name: field(1, string(), ""),
    port: field(2, int32(), "", { required: true }),
    protocol: field(3, string(), ""),
    appProtocol: field(4, string(), "", { pointer: true }),
  },
  { map: "atomic" },
);
export interface EndpointsPort extends TypeOf<typeof endpointsPort> {}
export const EndpointsPort: ObjectSchema<EndpointsPort> = endpointsPort;

const endpointSubset = object("io.k8s.api.core.v1.EndpointSubset", {
  addresses: field(1, atomicList(EndpointAddress), ""),
  notReadyAddresses: field(2, atomicList(EndpointAddress), ""),
  ports: field(3, atomicList(EndpointsPort), ""),
});
export interface EndpointSubset extends TypeOf<typeof endpointSubset> {}
export const EndpointSubset: ObjectSchema<EndpointSubset> = endpointSubset;

/**  */
export const Endpoints = kind({
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  scope: "Namespaced",
  shortNames: ["ep"],
  doc: "",
  definition: "io.k8s.api.core.v1.Endpoints",
  fields: {
    subsets: field(2, atomicList(EndpointSubset), ""),
  },
  storagePath: "services/endpoints",
  checkName: dns1123Subdomain,
});
export interface Endpoints extends ObjectOf<typeof Endpoints> {}
