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

const ingressClassParametersReference = object("io.k8s.api.networking.v1.IngressClassParametersReference", {
  apiGroup: field(1, string(), "", { pointer: true }),
  kind: field(2, string(), "", { required: true }),
  name: field(3, string(), "", { required: true }),
  scope: field(4, string(), "", { pointer: true }),
  namespace: field(5, string(), "", { pointer: true }),
});
export interface IngressClassParametersReference extends TypeOf<typeof ingressClassParametersReference> {}
export const IngressClassParametersReference: ObjectSchema<IngressClassParametersReference> =
  ingressClassParametersReference;

const ingressClassSpec = object("io.k8s.api.networking.v1.IngressClassSpec", {
  controller: field(1, string(), ""),
  parameters: field(2, IngressClassParametersReference, "", { pointer: true }),
});
export interface IngressClassSpec extends TypeOf<typeof ingressClassSpec> {}
export const IngressClassSpec: ObjectSchema<IngressClassSpec> = ingressClassSpec;

/**  */
export const IngressClass = kind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  scope: "Cluster",
  doc: "",
  definition: "io.k8s.api.networking.v1.IngressClass",
  fields: {
    spec: field(2, IngressClassSpec, "", { pointer: true }),
  },
  storagePath: "ingressclasses",
  checkName: dns1123Subdomain,
});
export interface IngressClass extends ObjectOf<typeof IngressClass> {}
