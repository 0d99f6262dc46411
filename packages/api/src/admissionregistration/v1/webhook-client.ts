// Where a webhook is reached.
import { bytes, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";
import { portNumber } from "../../core/v1/common.ts";
import { oneWayToReach } from "./webhook-checks.ts";

const serviceReference = object("io.k8s.api.admissionregistration.v1.ServiceReference", {
  namespace: field(1, string(), "Namespace of the service.", { required: true }),
  name: field(2, string(), "Name of the service.", { required: true }),
  path: field(3, string(), "Path of the URL.", { pointer: true }),
  port: field(4, portNumber, "Port of the service.", { pointer: true, default: 443 }),
});
/** A service that answers calls. */
export interface ServiceReference extends TypeOf<typeof serviceReference> {}
export const ServiceReference: ObjectSchema<ServiceReference> = serviceReference;

const webhookClientConfig = object("io.k8s.api.admissionregistration.v1.WebhookClientConfig", {
  url: field(3, string(), "URL of the webhook, with https.", { pointer: true }),
  service: field(1, ServiceReference, "Service that answers, instead of a URL.", { pointer: true }),
  caBundle: field(2, bytes(), "PEM of the authorities that its certificate comes from."),
});
/** Where a webhook is reached: a service or a URL. */
export interface WebhookClientConfig extends TypeOf<typeof webhookClientConfig> {}
export const WebhookClientConfig: ObjectSchema<WebhookClientConfig> = webhookClientConfig.check(oneWayToReach);
