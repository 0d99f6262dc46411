// Lease: who holds a role, and until when.
import {
  dns1123Subdomain,
  field,
  int32,
  kind,
  microTime,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";

const leaseSpec = object("io.k8s.api.coordination.v1.LeaseSpec", {
  holderIdentity: field(1, string(), "", { pointer: true }),
  leaseDurationSeconds: field(2, int32(), "", { pointer: true }),
  acquireTime: field(3, microTime(), "", { pointer: true }),
  renewTime: field(4, microTime(), "", { pointer: true }),
  leaseTransitions: field(5, int32(), "", { pointer: true }),
  strategy: field(6, string(), "", { pointer: true }),
  preferredHolder: field(7, string(), "", { pointer: true }),
});
export interface LeaseSpec extends TypeOf<typeof leaseSpec> {}
export const LeaseSpec: ObjectSchema<LeaseSpec> = leaseSpec;

/**  */
export const Lease = kind({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  scope: "Namespaced",
  doc: "",
  definition: "io.k8s.api.coordination.v1.Lease",
  fields: {
    spec: field(2, LeaseSpec, "", { pointer: true }),
  },
  storagePath: "leases",
  checkName: dns1123Subdomain,
  generation: false,
});
export interface Lease extends ObjectOf<typeof Lease> {}
