// ServiceCIDR: networks that addresses of services are taken from.
import {
  age,
  atomicList,
  Condition,
  dns1123Subdomain,
  field,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";
import { oneOfEachFamily } from "./service-cidr-checks.ts";

const serviceCIDRSpec = object("io.k8s.api.networking.v1.ServiceCIDRSpec", {
  cidrs: field(1, atomicList(string()), "Networks in CIDR form, at most one of each IP family; cannot change."),
});
/** Networks of services. */
export interface ServiceCIDRSpec extends TypeOf<typeof serviceCIDRSpec> {}
export const ServiceCIDRSpec: ObjectSchema<ServiceCIDRSpec> = serviceCIDRSpec.check(oneOfEachFamily);

const serviceCIDRStatus = object("io.k8s.api.networking.v1.ServiceCIDRStatus", {
  conditions: field(1, listOf(Condition, "type"), "Aspects of its state."),
});
/** State of a service network. */
export interface ServiceCIDRStatus extends TypeOf<typeof serviceCIDRStatus> {}
export const ServiceCIDRStatus: ObjectSchema<ServiceCIDRStatus> = serviceCIDRStatus;

/** Networks that addresses of services are taken from. */
export const ServiceCIDR = kind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  scope: "Cluster",
  doc: "Networks that addresses of services are taken from.",
  columns: [
    text("CIDRs", "Networks in CIDR form.", ({ spec }: Shown<ServiceCIDRSpec | undefined>) =>
      (spec?.cidrs ?? []).join(","),
    ),
    age(),
  ],
  checkName: dns1123Subdomain,
  generation: false,
  definition: "io.k8s.api.networking.v1.ServiceCIDR",
  storagePath: "servicecidrs",
  fields: {
    spec: field(2, ServiceCIDRSpec, "The networks.", { always: true }),
    status: field(3, ServiceCIDRStatus, "State, written by the server.", { always: true }),
  },
});
export interface ServiceCIDR extends ObjectOf<typeof ServiceCIDR> {}
