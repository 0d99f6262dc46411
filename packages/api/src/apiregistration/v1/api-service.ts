// APIService: who serves a group and version of the API.
import {
  age,
  boolean,
  bytes,
  field,
  int32,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  pathSegmentName,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { text } from "../../columns.ts";
import { portNumber } from "../../core/v1/common.ts";
import { nameIsGroupVersion, servedProperly } from "./api-service-checks.ts";
import { availableText, serviceText } from "./api-service-columns.ts";

const serviceReference = object("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference", {
  namespace: field(1, string(), "Namespace of the service."),
  name: field(2, string(), "Name of the service."),
  port: field(3, portNumber, "Port of the service.", { pointer: true, default: 443 }),
});
/** A service that serves a part of the API. */
export interface ServiceReference extends TypeOf<typeof serviceReference> {}
export const ServiceReference: ObjectSchema<ServiceReference> = serviceReference;

const apiServiceSpec = object("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec", {
  service: field(1, ServiceReference, "The service; the server itself when absent.", { pointer: true }),
  group: field(2, string(), "Group that is served; empty for the core group."),
  version: field(3, string(), "Version that is served. "),
  insecureSkipTLSVerify: field(4, boolean(), "Whether the service's certificate goes unchecked."),
  caBundle: field(5, { ...bytes(), list: "atomic" }, "PEM of the authorities that the certificate comes from."),
  groupPriorityMinimum: field(7, int32(), "Order of the group among others; higher comes first.", {
    required: true,
    always: true,
  }),
  versionPriority: field(8, int32(), "Order of the version in its group; higher comes first.", {
    required: true,
    always: true,
  }),
});
/** Who serves a group and version. */
export interface APIServiceSpec extends TypeOf<typeof apiServiceSpec> {}
export const APIServiceSpec: ObjectSchema<APIServiceSpec> = apiServiceSpec.check(servedProperly);

const apiServiceCondition = object("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition", {
  type: field(1, string(), "What the condition is about.", { required: true }),
  status: field(2, string({ enum: ["True", "False", "Unknown"] }), "True, False or Unknown.", { required: true }),
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of whether a part of the API can be used. */
export interface APIServiceCondition extends TypeOf<typeof apiServiceCondition> {}
export const APIServiceCondition: ObjectSchema<APIServiceCondition> = apiServiceCondition;

const apiServiceStatus = object("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus", {
  conditions: field(1, listOf(APIServiceCondition, "type"), "Aspects of its state."),
});
/** State of a part of the API. */
export interface APIServiceStatus extends TypeOf<typeof apiServiceStatus> {}
export const APIServiceStatus: ObjectSchema<APIServiceStatus> = apiServiceStatus;

/** Who serves a group and version of the API. */
export const APIService = kind({
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  scope: "Cluster",
  categories: ["api-extensions"],
  doc: "Who serves a group and version of the API.",
  columns: [
    text("Service", "Service that serves it.", serviceText),
    text("Available", "Whether it can be used.", availableText),
    age(),
  ],
  checks: [nameIsGroupVersion],
  checkName: pathSegmentName,
  unconditionalUpdate: false,
  generation: false,
  definition: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
  fields: {
    spec: field(2, APIServiceSpec, "Who serves what.", { always: true }),
    status: field(3, APIServiceStatus, "Whether it can be used.", { always: true }),
  },
});
export interface APIService extends ObjectOf<typeof APIService> {}
