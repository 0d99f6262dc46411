// IngressClass: which controller serves an ingress.
import {
  dns1123Subdomain,
  field,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { controllerName } from "./ingress-checks.ts";
import { ingressClassColumns } from "./ingress-columns.ts";

const ingressClassParametersReference = object("io.k8s.api.networking.v1.IngressClassParametersReference", {
  apiGroup: field(1, string(), "Group of the object; absent for the core group.", { pointer: true }),
  kind: field(2, string(), "Kind of the object.", { required: true }),
  name: field(3, string(), "Name of the object.", { required: true }),
  scope: field(4, string({ enum: ["Cluster", "Namespace"] }), "Whether the object is cluster-wide or in a namespace.", {
    pointer: true,
    default: "Cluster",
  }),
  namespace: field(5, string(), "Namespace of the object, with scope Namespace.", { pointer: true }),
});
/** Names an object with settings of the controller. */
export interface IngressClassParametersReference extends TypeOf<typeof ingressClassParametersReference> {}
export const IngressClassParametersReference: ObjectSchema<IngressClassParametersReference> =
  ingressClassParametersReference;

const ingressClassSpec = object("io.k8s.api.networking.v1.IngressClassSpec", {
  controller: field(1, string(), "Name of the controller, such as example.com/ingress; cannot change.", {
    immutable: true,
  }),
  parameters: field(2, IngressClassParametersReference, "Object with settings of the controller.", { pointer: true }),
});
/** What an ingress class should be. */
export interface IngressClassSpec extends TypeOf<typeof ingressClassSpec> {}
export const IngressClassSpec: ObjectSchema<IngressClassSpec> = ingressClassSpec.check(controllerName);

/** Which controller serves an ingress. */
export const IngressClass = kind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  scope: "Cluster",
  doc: "Which controller serves an ingress.",
  definition: "io.k8s.api.networking.v1.IngressClass",
  fields: {
    spec: field(2, IngressClassSpec, "Controller and settings.", { always: true }),
  },
  storagePath: "ingressclasses",
  columns: ingressClassColumns,
  checkName: dns1123Subdomain,
});
export interface IngressClass extends ObjectOf<typeof IngressClass> {}
