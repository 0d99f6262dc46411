// PriorityLevelConfiguration: how many requests of a kind are served at once.
import {
  dns1123Subdomain,
  field,
  int32,
  kind,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { levelIsOfItsType, queuesFit, responseIsOfItsType } from "./flow-checks.ts";
import { priorityLevelColumns } from "./flow-columns.ts";

const queuingConfiguration = object("io.k8s.api.flowcontrol.v1.QueuingConfiguration", {
  queues: field(1, int32({ min: 1, max: 10_000_000 }), "Number of queues.", { default: 64 }),
  handSize: field(2, int32({ min: 1 }), "Queues that each flow is dealt, to keep flows apart.", { default: 8 }),
  queueLengthLimit: field(3, int32({ min: 1 }), "Requests that may wait in one queue.", { default: 50 }),
});
/** How requests wait for their turn. */
export interface QueuingConfiguration extends TypeOf<typeof queuingConfiguration> {}
export const QueuingConfiguration: ObjectSchema<QueuingConfiguration> = queuingConfiguration.check(queuesFit);

const limitResponse = object("io.k8s.api.flowcontrol.v1.LimitResponse", {
  type: field(1, string({ enum: ["Queue", "Reject"] }), "Queue or Reject.", { required: true }),
  queuing: field(2, QueuingConfiguration, "How they wait, with type Queue.", { pointer: true }),
});
/** What happens to requests that find no seat. */
export interface LimitResponse extends TypeOf<typeof limitResponse> {}
export const LimitResponse: ObjectSchema<LimitResponse> = limitResponse.check(responseIsOfItsType);

const limitedPriorityLevelConfiguration = object("io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration", {
  nominalConcurrencyShares: field(1, int32({ min: 0 }), "Its share of the server's seats.", {
    pointer: true,
    default: 30,
  }),
  limitResponse: field(2, LimitResponse, "What happens to requests that find no seat.", {
    always: true,
  }),
  lendablePercent: field(3, int32({ min: 0, max: 100 }), "Percentage of its seats that others may borrow.", {
    pointer: true,
    default: 0,
  }),
  borrowingLimitPercent: field(
    4,
    int32({ min: 0 }),
    "Percentage of its seats that it may borrow; no limit when absent.",
    { pointer: true },
  ),
});
/** Limits of a priority level. */
export interface LimitedPriorityLevelConfiguration extends TypeOf<typeof limitedPriorityLevelConfiguration> {}
export const LimitedPriorityLevelConfiguration: ObjectSchema<LimitedPriorityLevelConfiguration> =
  limitedPriorityLevelConfiguration;

const exemptPriorityLevelConfiguration = object("io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration", {
  nominalConcurrencyShares: field(1, int32({ min: 0 }), "Its share of the server's seats.", {
    pointer: true,
    default: 0,
  }),
  lendablePercent: field(2, int32({ min: 0, max: 100 }), "Percentage of its seats that others may borrow.", {
    pointer: true,
    default: 0,
  }),
});
/** Seats of a level without limits. */
export interface ExemptPriorityLevelConfiguration extends TypeOf<typeof exemptPriorityLevelConfiguration> {}
export const ExemptPriorityLevelConfiguration: ObjectSchema<ExemptPriorityLevelConfiguration> =
  exemptPriorityLevelConfiguration;

const priorityLevelConfigurationSpec = object("io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec", {
  type: field(1, string({ enum: ["Exempt", "Limited"] }), "Limited or Exempt.", { required: true }),
  limited: field(2, LimitedPriorityLevelConfiguration, "Limits, with type Limited.", { pointer: true }),
  exempt: field(3, ExemptPriorityLevelConfiguration, "Seats, with type Exempt.", {
    pointer: true,
    default: ({ type }: { readonly type?: string }) => (type === "Exempt" ? {} : undefined),
  }),
});
/** How many requests are served at once. */
export interface PriorityLevelConfigurationSpec extends TypeOf<typeof priorityLevelConfigurationSpec> {}
export const PriorityLevelConfigurationSpec: ObjectSchema<PriorityLevelConfigurationSpec> =
  priorityLevelConfigurationSpec.check(levelIsOfItsType);

const priorityLevelConfigurationCondition = object("io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition", {
  type: field(1, string(), "What the condition is about."),
  status: field(2, string(), "True, False or Unknown."),
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of a level's state. */
export interface PriorityLevelConfigurationCondition extends TypeOf<typeof priorityLevelConfigurationCondition> {}
export const PriorityLevelConfigurationCondition: ObjectSchema<PriorityLevelConfigurationCondition> =
  priorityLevelConfigurationCondition;

const priorityLevelConfigurationStatus = object("io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus", {
  conditions: field(1, listOf(PriorityLevelConfigurationCondition, "type"), "Aspects of its state."),
});
/** State of a level. */
export interface PriorityLevelConfigurationStatus extends TypeOf<typeof priorityLevelConfigurationStatus> {}
export const PriorityLevelConfigurationStatus: ObjectSchema<PriorityLevelConfigurationStatus> =
  priorityLevelConfigurationStatus;

/** How many requests of a kind are served at once. */
export const PriorityLevelConfiguration = kind({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  scope: "Cluster",
  doc: "How many requests of a kind are served at once.",
  columns: priorityLevelColumns,
  checkName: dns1123Subdomain,
  definition: "io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration",
  storagePath: "prioritylevelconfigurations",
  fields: {
    spec: field(2, PriorityLevelConfigurationSpec, "How many requests are served at once.", { always: true }),
    status: field(3, PriorityLevelConfigurationStatus, "State of the level.", { always: true }),
  },
});
export interface PriorityLevelConfiguration extends ObjectOf<typeof PriorityLevelConfiguration> {}
