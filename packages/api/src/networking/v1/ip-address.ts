// IPAddress: who holds an address of the cluster's services.
import { age, field, kind, type ObjectOf, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { NONE, type Shown, text } from "../../columns.ts";
import { canonicalAddress, parentIsSet } from "./service-cidr-checks.ts";

const parentReference = object("io.k8s.api.networking.v1.ParentReference", {
  group: field(1, string(), "Group of the object; empty for the core group."),
  resource: field(2, string(), "Plural name of the object's kind.", { required: true }),
  namespace: field(3, string(), "Namespace of the object."),
  name: field(4, string(), "Name of the object.", { required: true }),
});
/** The object that holds an address. */
export interface ParentReference extends TypeOf<typeof parentReference> {}
export const ParentReference: ObjectSchema<ParentReference> = parentReference;

const ipAddressSpec = object("io.k8s.api.networking.v1.IPAddressSpec", {
  parentRef: field(1, ParentReference, "The object that holds the address; cannot change.", {
    required: true,
    pointer: true,
    immutable: true,
  }),
});
/** Who holds an address. */
export interface IPAddressSpec extends TypeOf<typeof ipAddressSpec> {}
export const IPAddressSpec: ObjectSchema<IPAddressSpec> = ipAddressSpec.check(parentIsSet);

function parentText({ spec }: Shown<IPAddressSpec | undefined>): string {
  if (!spec?.parentRef) return NONE;
  const { group = "", resource, namespace = "", name } = spec.parentRef;
  const kind = group === "" ? resource : `${resource}.${group}`;
  return [kind, ...(namespace === "" ? [] : [namespace]), name].join("/");
}

/** Who holds an address of the cluster's services. */
export const IPAddress = kind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  scope: "Cluster",
  shortNames: ["ip"],
  doc: "Who holds an address of the cluster's services.",
  columns: [text("ParentRef", "Object that holds the address.", parentText), age()],
  checkName: canonicalAddress,
  generation: false,
  definition: "io.k8s.api.networking.v1.IPAddress",
  storagePath: "ipaddresses",
  fields: {
    spec: field(2, IPAddressSpec, "Who holds it.", { required: true, always: true }),
  },
});
export interface IPAddress extends ObjectOf<typeof IPAddress> {}
