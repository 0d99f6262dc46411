// Ingress: HTTP hosts and paths that lead to services.
import {
  atomicList,
  dns1123Subdomain,
  field,
  inline,
  int32,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  objectWith,
  string,
  type TypeOf,
} from "@knots/machinery";
import { TypedLocalObjectReference } from "../../core/v1/reference.ts";
import { IngressStatus } from "./ingress-status.ts";

const serviceBackendPort = object(
  "io.k8s.api.networking.v1.ServiceBackendPort",
  {
    name: field(1, string(), ""),
    number: field(2, int32(), ""),
  },
  { map: "atomic" },
);
export interface ServiceBackendPort extends TypeOf<typeof serviceBackendPort> {}
export const ServiceBackendPort: ObjectSchema<ServiceBackendPort> = serviceBackendPort;

const ingressServiceBackend = object("io.k8s.api.networking.v1.IngressServiceBackend", {
  name: field(1, string(), "", { required: true }),
  port: field(2, ServiceBackendPort, "", { always: true }),
});
export interface IngressServiceBackend extends TypeOf<typeof ingressServiceBackend> {}
export const IngressServiceBackend: ObjectSchema<IngressServiceBackend> = ingressServiceBackend;

const ingressBackend = object("io.k8s.api.networking.v1.IngressBackend", {
  resource: field(3, TypedLocalObjectReference, "", { pointer: true }),
  service: field(4, IngressServiceBackend, "", { pointer: true }),
});
export interface IngressBackend extends TypeOf<typeof ingressBackend> {}
export const IngressBackend: ObjectSchema<IngressBackend> = ingressBackend;

const httpIngressPath = object("io.k8s.api.networking.v1.HTTPIngressPath", {
  path: field(1, string(), ""),
  backend: field(2, IngressBackend, "", { required: true, always: true }),
  pathType: field(3, string(), "", { required: true, pointer: true }),
});
export interface HTTPIngressPath extends TypeOf<typeof httpIngressPath> {}
export const HTTPIngressPath: ObjectSchema<HTTPIngressPath> = httpIngressPath;

const httpIngressRuleValue = object("io.k8s.api.networking.v1.HTTPIngressRuleValue", {
  paths: field(1, atomicList(HTTPIngressPath), "", { required: true }),
});
export interface HTTPIngressRuleValue extends TypeOf<typeof httpIngressRuleValue> {}
export const HTTPIngressRuleValue: ObjectSchema<HTTPIngressRuleValue> = httpIngressRuleValue;

const ingressRuleValue = object("io.k8s.api.networking.v1.IngressRuleValue", {
  http: field(1, HTTPIngressRuleValue, "", { pointer: true }),
});
export interface IngressRuleValue extends TypeOf<typeof ingressRuleValue> {}
export const IngressRuleValue: ObjectSchema<IngressRuleValue> = ingressRuleValue;

const ingressRule = objectWith(
  "io.k8s.api.networking.v1.IngressRule",
  {
    host: field(1, string(), ""),
  },
  inline(2, IngressRuleValue),
);
export interface IngressRule extends TypeOf<typeof ingressRule> {}
export const IngressRule: ObjectSchema<IngressRule> = ingressRule;

const ingressTLS = object("io.k8s.api.networking.v1.IngressTLS", {
  hosts: field(1, atomicList(string()), ""),
  secretName: field(2, string(), ""),
});
export interface IngressTLS extends TypeOf<typeof ingressTLS> {}
export const IngressTLS: ObjectSchema<IngressTLS> = ingressTLS;

const ingressSpec = object("io.k8s.api.networking.v1.IngressSpec", {
  defaultBackend: field(1, IngressBackend, "", { pointer: true }),
  tls: field(2, atomicList(IngressTLS), ""),
  rules: field(3, atomicList(IngressRule), ""),
  ingressClassName: field(4, string(), "", { pointer: true }),
});
export interface IngressSpec extends TypeOf<typeof ingressSpec> {}
export const IngressSpec: ObjectSchema<IngressSpec> = ingressSpec;

/**  */
export const Ingress = kind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  scope: "Namespaced",
  shortNames: ["ing"],
  doc: "",
  definition: "io.k8s.api.networking.v1.Ingress",
  fields: {
    spec: field(2, IngressSpec, "", { required: true, always: true, default: {} }),
    status: field(3, IngressStatus, "", { pointer: true }),
  },
  storagePath: "ingress",
  checkName: dns1123Subdomain,
});
export interface Ingress extends ObjectOf<typeof Ingress> {}
