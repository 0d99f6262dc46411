// Lease: who holds a role, and until when.
import {
  age,
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
import { type Shown, text } from "../../columns.ts";

const leaseSpec = object("io.k8s.api.coordination.v1.LeaseSpec", {
  holderIdentity: field(1, string(), "Who holds the lease.", { pointer: true }),
  leaseDurationSeconds: field(2, int32({ min: 1 }), "Seconds after the renewal that others must wait.", {
    pointer: true,
  }),
  acquireTime: field(3, microTime(), "When the holder got it.", { pointer: true }),
  renewTime: field(4, microTime(), "When the holder last renewed it.", { pointer: true }),
  leaseTransitions: field(5, int32({ min: 0 }), "How often the holder changed.", { pointer: true }),
  strategy: field(6, string(), "How the holder is chosen among candidates.", { pointer: true }),
  preferredHolder: field(7, string(), "Who should take over.", { pointer: true }),
});
/** Who holds a lease, and until when. */
export interface LeaseSpec extends TypeOf<typeof leaseSpec> {}
export const LeaseSpec: ObjectSchema<LeaseSpec> = leaseSpec;

/** Who holds a role, and until when. */
export const Lease = kind({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  scope: "Namespaced",
  doc: "Who holds a role, and until when.",
  definition: "io.k8s.api.coordination.v1.Lease",
  fields: {
    spec: field(2, LeaseSpec, "Holder and times.", { always: true }),
  },
  storagePath: "leases",
  columns: [
    text("Holder", "Who holds the lease.", ({ spec }: Shown<LeaseSpec | undefined>) => spec?.holderIdentity ?? ""),
    age(),
  ],
  unconditionalUpdate: false,
  checkName: dns1123Subdomain,
  generation: false,
});
export interface Lease extends ObjectOf<typeof Lease> {}
