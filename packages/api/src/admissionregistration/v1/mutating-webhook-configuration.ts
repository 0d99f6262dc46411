// MutatingWebhookConfiguration: webhooks that may change or refuse objects.

import {
  age,
  atomicList,
  dns1123Subdomain,
  field,
  kind,
  LabelSelector,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { count } from "../../columns.ts";
import { MatchCondition } from "./match.ts";
import { RuleWithOperations } from "./rule.ts";
import {
  failurePolicy,
  matchPolicy,
  reinvocationPolicy,
  sideEffects,
  timeoutSeconds,
  webhookIsComplete,
} from "./webhook-checks.ts";
import { WebhookClientConfig } from "./webhook-client.ts";

const mutatingWebhook = object("io.k8s.api.admissionregistration.v1.MutatingWebhook", {
  name: field(1, string(), "Qualified name of the webhook.", { required: true }),
  clientConfig: field(2, WebhookClientConfig, "Where it is reached.", { required: true, always: true }),
  rules: field(3, atomicList(RuleWithOperations), "Requests that it is asked about."),
  failurePolicy: field(4, failurePolicy, "What happens when it does not answer well.", {
    pointer: true,
    default: "Fail",
  }),
  matchPolicy: field(9, matchPolicy, "Whether other versions of the same resource count too.", {
    pointer: true,
    default: "Equivalent",
  }),
  namespaceSelector: field(5, LabelSelector, "Namespaces whose objects it is asked about.", {
    pointer: true,
    default: {},
  }),
  objectSelector: field(11, LabelSelector, "Objects that it is asked about, by label.", { pointer: true, default: {} }),
  sideEffects: field(6, sideEffects, "Whether a call changes anything elsewhere.", { required: true, pointer: true }),
  timeoutSeconds: field(7, timeoutSeconds, "Seconds that its answer may take.", { pointer: true, default: 10 }),
  admissionReviewVersions: field(
    8,
    atomicList(string()),
    "Versions of AdmissionReview that it understands, best first.",
    { required: true },
  ),
  reinvocationPolicy: field(10, reinvocationPolicy, "Whether it is asked again after others changed the object.", {
    pointer: true,
    default: "Never",
  }),
  matchConditions: field(12, listOf(MatchCondition, "name"), "Expressions that must all be true for a call."),
});
/** A webhook that may change or refuse objects. */
export interface MutatingWebhook extends TypeOf<typeof mutatingWebhook> {}
export const MutatingWebhook: ObjectSchema<MutatingWebhook> = mutatingWebhook.check(webhookIsComplete);

/** Webhooks that may change or refuse objects. */
export const MutatingWebhookConfiguration = kind({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingWebhookConfiguration",
  plural: "mutatingwebhookconfigurations",
  scope: "Cluster",
  categories: ["api-extensions"],
  doc: "Webhooks that may change or refuse objects.",
  columns: [
    count(
      "Webhooks",
      "Number of webhooks.",
      ({ webhooks }: { readonly webhooks?: readonly unknown[] }) => webhooks?.length,
    ),
    age(),
  ],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  generation: true,
  definition: "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration",
  storagePath: "mutatingwebhookconfigurations",
  fields: {
    webhooks: field(2, listOf(MutatingWebhook, "name"), "The webhooks, asked one after the other."),
  },
});
export interface MutatingWebhookConfiguration extends ObjectOf<typeof MutatingWebhookConfiguration> {}
