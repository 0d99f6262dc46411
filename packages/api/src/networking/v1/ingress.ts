// Ingress: HTTP hosts and paths that lead to services.
import {
  atomicList,
  dns1035Label,
  dns1123Subdomain,
  field,
  inline,
  int32,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  objectWith,
  portName,
  string,
  type TypeOf,
  wildcardSubdomain,
} from "@knots/machinery";
import { TypedLocalObjectReference } from "../../core/v1/reference.ts";
import { hostIsName, leadsSomewhere, oneBackend, oneClass, plainPath } from "./ingress-checks.ts";
import { ingressColumns } from "./ingress-columns.ts";
import { IngressStatus } from "./ingress-status.ts";

const serviceBackendPort = object(
  "io.k8s.api.networking.v1.ServiceBackendPort",
  {
    name: field(1, string({ check: portName }), "Name of the port."),
    number: field(2, int32({ min: 0, max: 65535 }), "Number of the port."),
  },
  { map: "atomic" },
);
/** A port of a service, by name or number. */
export interface ServiceBackendPort extends TypeOf<typeof serviceBackendPort> {}
export const ServiceBackendPort: ObjectSchema<ServiceBackendPort> = serviceBackendPort;

const ingressServiceBackend = object("io.k8s.api.networking.v1.IngressServiceBackend", {
  name: field(1, string({ check: dns1035Label }), "Name of the service.", { required: true }),
  port: field(2, ServiceBackendPort, "Which port.", { always: true }),
});
/** A port of a service. */
export interface IngressServiceBackend extends TypeOf<typeof ingressServiceBackend> {}
export const IngressServiceBackend: ObjectSchema<IngressServiceBackend> = ingressServiceBackend;

const ingressBackend = object("io.k8s.api.networking.v1.IngressBackend", {
  service: field(4, IngressServiceBackend, "A port of a service.", { pointer: true }),
  resource: field(3, TypedLocalObjectReference, "Another object of the same namespace.", { pointer: true }),
});
/** Where requests go; exactly one is set. */
export interface IngressBackend extends TypeOf<typeof ingressBackend> {}
export const IngressBackend: ObjectSchema<IngressBackend> = ingressBackend.check(oneBackend);

const httpIngressPath = object("io.k8s.api.networking.v1.HTTPIngressPath", {
  path: field(1, string(), "Path of the request; must begin with a slash."),
  pathType: field(3, string({ enum: ["Exact", "Prefix", "ImplementationSpecific"] }), "How the path is compared.", {
    required: true,
    requiredDetail: "pathType must be specified",
    pointer: true,
  }),
  backend: field(2, IngressBackend, "Where matching requests go.", { required: true, always: true }),
});
/** A path and where it leads. */
export interface HTTPIngressPath extends TypeOf<typeof httpIngressPath> {}
export const HTTPIngressPath: ObjectSchema<HTTPIngressPath> = httpIngressPath.check(plainPath);

const httpIngressRuleValue = object("io.k8s.api.networking.v1.HTTPIngressRuleValue", {
  paths: field(1, atomicList(HTTPIngressPath), "The paths; the longest match wins.", { required: true }),
});
/** Paths of one host. */
export interface HTTPIngressRuleValue extends TypeOf<typeof httpIngressRuleValue> {}
export const HTTPIngressRuleValue: ObjectSchema<HTTPIngressRuleValue> = httpIngressRuleValue;

const ingressRuleValue = object("io.k8s.api.networking.v1.IngressRuleValue", {
  http: field(1, HTTPIngressRuleValue, "Paths and where they lead.", { pointer: true }),
});
/** What a rule does. */
export interface IngressRuleValue extends TypeOf<typeof ingressRuleValue> {}
export const IngressRuleValue: ObjectSchema<IngressRuleValue> = ingressRuleValue;

const ingressRule = objectWith(
  "io.k8s.api.networking.v1.IngressRule",
  {
    host: field(1, string({ check: wildcardSubdomain }), "Host name, perhaps with a leading wildcard; all when empty."),
  },
  inline(2, IngressRuleValue),
);
/** What happens to requests for one host. */
export interface IngressRule extends TypeOf<typeof ingressRule> {}
export const IngressRule: ObjectSchema<IngressRule> = ingressRule.check(hostIsName);

const ingressTLS = object("io.k8s.api.networking.v1.IngressTLS", {
  hosts: field(1, atomicList(string()), "Hosts that the certificate is for."),
  secretName: field(2, string(), "Secret with certificate and key."),
});
/** A certificate for some hosts. */
export interface IngressTLS extends TypeOf<typeof ingressTLS> {}
export const IngressTLS: ObjectSchema<IngressTLS> = ingressTLS;

const ingressSpec = object("io.k8s.api.networking.v1.IngressSpec", {
  ingressClassName: field(4, string(), "Class whose controller serves it.", { pointer: true }),
  defaultBackend: field(1, IngressBackend, "Where requests go that no rule matches.", { pointer: true }),
  tls: field(2, atomicList(IngressTLS), "Certificates by host."),
  rules: field(3, atomicList(IngressRule), "Hosts and their paths."),
});
/** What an ingress should be. */
export interface IngressSpec extends TypeOf<typeof ingressSpec> {}
export const IngressSpec: ObjectSchema<IngressSpec> = ingressSpec.check(leadsSomewhere);

/** HTTP hosts and paths that lead to services. */
export const Ingress = kind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  scope: "Namespaced",
  shortNames: ["ing"],
  doc: "HTTP hosts and paths that lead to services.",
  definition: "io.k8s.api.networking.v1.Ingress",
  fields: {
    spec: field(2, IngressSpec, "What the ingress should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, IngressStatus, "Addresses that serve the ingress.", { always: true }),
  },
  storagePath: "ingress",
  columns: ingressColumns,
  checks: [oneClass],
  checkName: dns1123Subdomain,
});
export interface Ingress extends ObjectOf<typeof Ingress> {}
