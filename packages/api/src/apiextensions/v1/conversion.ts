// How objects of a custom kind are translated between its versions.
import { atomicList, bytes, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { portNumber } from "../../core/v1/common.ts";
import { conversionIsComplete, oneWayToConvert } from "./conversion-checks.ts";

const serviceReference = object("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference", {
  namespace: field(1, string(), "Namespace of the service.", { required: true }),
  name: field(2, string(), "Name of the service.", { required: true }),
  path: field(3, string(), "Path of the URL.", { pointer: true }),
  port: field(4, portNumber, "Port of the service.", { pointer: true, default: 443 }),
});
/** A service that answers calls. */
export interface ServiceReference extends TypeOf<typeof serviceReference> {}
export const ServiceReference: ObjectSchema<ServiceReference> = serviceReference;

const webhookClientConfig = object("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig", {
  url: field(3, string(), "URL of the webhook, with https.", { pointer: true }),
  service: field(1, ServiceReference, "Service that answers, instead of a URL.", { pointer: true }),
  caBundle: field(2, bytes(), "PEM of the authorities that its certificate comes from."),
});
/** Where a webhook is reached: a service or a URL. */
export interface WebhookClientConfig extends TypeOf<typeof webhookClientConfig> {}
export const WebhookClientConfig: ObjectSchema<WebhookClientConfig> = webhookClientConfig.check(oneWayToConvert);

const webhookConversion = object("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion", {
  clientConfig: field(2, WebhookClientConfig, "Where it is reached.", { pointer: true }),
  conversionReviewVersions: field(
    3,
    atomicList(string()),
    "Versions of ConversionReview that it understands, best first.",
    { required: true },
  ),
});
/** A webhook that translates. */
export interface WebhookConversion extends TypeOf<typeof webhookConversion> {}
export const WebhookConversion: ObjectSchema<WebhookConversion> = webhookConversion;

const customResourceConversion = object(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion",
  {
    strategy: field(
      1,
      string({ enum: ["None", "Webhook"] }),
      "None changes only the version; Webhook asks a webhook.",
      { required: true },
    ),
    webhook: field(2, WebhookConversion, "The webhook, with strategy Webhook.", { pointer: true }),
  },
);
/** How versions are translated. */
export interface CustomResourceConversion extends TypeOf<typeof customResourceConversion> {}
export const CustomResourceConversion: ObjectSchema<CustomResourceConversion> =
  customResourceConversion.check(conversionIsComplete);
