// StatefulSet: pods with names and storage of their own.
import {
  atomicList,
  dns1123Subdomain,
  field,
  int32,
  int64,
  intOrString,
  kind,
  LabelSelector,
  listOf,
  type NewObject,
  type ObjectNode,
  type ObjectOf,
  type ObjectSchema,
  object,
  type Schema,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { conditionHead } from "../../core/v1/common.ts";
import { PersistentVolumeClaim } from "../../core/v1/persistent-volume-claim.ts";
import { OpenPodTemplateSpec } from "../../core/v1/pod-template.ts";
import { templateRunsForever } from "../../core/v1/replication-controller-checks.ts";
import { countsWithin, knownPolicies, mountsFindClaims, nameClaims, specStays } from "./stateful-set-checks.ts";
import { statefulSetColumns } from "./stateful-set-columns.ts";
import { selectorMatchesTemplate } from "./workload-checks.ts";

const ordinals = object("io.k8s.api.apps.v1.StatefulSetOrdinals", {
  start: field(1, int32({ min: 0 }), "Number of the first pod.", { always: true }),
});
/** How pods are numbered. */
export interface StatefulSetOrdinals extends TypeOf<typeof ordinals> {}
export const StatefulSetOrdinals: ObjectSchema<StatefulSetOrdinals> = ordinals;

const retention = string({ enum: ["Retain", "Delete"] });
const claimRetention = object("io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", {
  whenDeleted: field(1, retention, "What becomes of claims when the set is deleted.", { default: "Retain" }),
  whenScaled: field(2, retention, "What becomes of claims of pods that are scaled away.", { default: "Retain" }),
});
/** What becomes of claims whose pods go. */
export interface StatefulSetPersistentVolumeClaimRetentionPolicy extends TypeOf<typeof claimRetention> {}
export const StatefulSetPersistentVolumeClaimRetentionPolicy: ObjectSchema<StatefulSetPersistentVolumeClaimRetentionPolicy> =
  claimRetention;

const rollingUpdate = object("io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy", {
  partition: field(1, int32({ min: 0 }), "Pods below this number keep the old template.", {
    pointer: true,
    default: 0,
  }),
  maxUnavailable: field(2, intOrString(), "Pods that may be missing at once, as number or percentage.", {
    pointer: true,
  }),
});
/** How far a rolling update goes. */
export interface RollingUpdateStatefulSetStrategy extends TypeOf<typeof rollingUpdate> {}
export const RollingUpdateStatefulSetStrategy: ObjectSchema<RollingUpdateStatefulSetStrategy> = rollingUpdate;

const updateStrategy = object("io.k8s.api.apps.v1.StatefulSetUpdateStrategy", {
  type: field(1, string(), "RollingUpdate, or OnDelete to wait until somebody deletes a pod.", {
    default: "RollingUpdate",
  }),
  rollingUpdate: field(2, RollingUpdateStatefulSetStrategy, "How far a rolling update goes.", {
    pointer: true,
    default: (strategy: { readonly type?: string }) => (strategy.type === "RollingUpdate" ? {} : undefined),
  }),
});
/** How old pods are replaced. */
export interface StatefulSetUpdateStrategy extends TypeOf<typeof updateStrategy> {}
export const StatefulSetUpdateStrategy: ObjectSchema<StatefulSetUpdateStrategy> = updateStrategy;

/** Claims are judged when the controller makes them. */
const uncheckedClaim: ObjectNode = { ...PersistentVolumeClaim.schema, checks: [] };
const claimTemplate: Schema<NewObject<typeof PersistentVolumeClaim>> = uncheckedClaim;

const statefulSetSpec = object("io.k8s.api.apps.v1.StatefulSetSpec", {
  replicas: field(1, int32({ min: 0 }), "How many pods should run.", { pointer: true, default: 1 }),
  selector: field(2, LabelSelector, "Which pods belong to it; cannot change.", { required: true, pointer: true }),
  template: field(3, OpenPodTemplateSpec, "What its pods look like.", { required: true, always: true }),
  volumeClaimTemplates: field(4, atomicList(claimTemplate), "Claims that every pod gets, named for it."),
  serviceName: field(5, string(), "Headless service that gives its pods names in DNS.", { always: true }),
  podManagementPolicy: field(6, string(), "OrderedReady for one after another, Parallel for all at once.", {
    default: "OrderedReady",
  }),
  updateStrategy: field(7, StatefulSetUpdateStrategy, "How old pods are replaced.", { always: true, default: {} }),
  revisionHistoryLimit: field(8, int32({ min: 0 }), "How many old templates are kept for rollback.", {
    pointer: true,
    default: 10,
  }),
  minReadySeconds: field(9, int32({ min: 0 }), "Seconds a pod must be ready to count as available."),
  persistentVolumeClaimRetentionPolicy: field(
    10,
    StatefulSetPersistentVolumeClaimRetentionPolicy,
    "What becomes of claims whose pods go.",
    { pointer: true, default: {} },
  ),
  ordinals: field(11, StatefulSetOrdinals, "How pods are numbered; from 0 when absent.", { pointer: true }),
});
/** What a stateful set should be. */
export interface StatefulSetSpec extends TypeOf<typeof statefulSetSpec> {}
export const StatefulSetSpec: ObjectSchema<StatefulSetSpec> = statefulSetSpec
  .check(
    knownPolicies,
    selectorMatchesTemplate("statefulset"),
    templateRunsForever("StatefulSet"),
    mountsFindClaims,
    specStays,
  )
  .completed(nameClaims);

const statefulSetCondition = object("io.k8s.api.apps.v1.StatefulSetCondition", {
  ...conditionHead,
  lastTransitionTime: field(3, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of a stateful set's state. */
export interface StatefulSetCondition extends TypeOf<typeof statefulSetCondition> {}
export const StatefulSetCondition: ObjectSchema<StatefulSetCondition> = statefulSetCondition;

const counted = int32({ min: 0 });
const statefulSetStatus = object("io.k8s.api.apps.v1.StatefulSetStatus", {
  observedGeneration: field(1, int64({ min: 0 }), "Generation that the status was computed from."),
  replicas: field(2, counted, "Pods that exist.", { required: true, always: true }),
  readyReplicas: field(3, counted, "Pods that are ready."),
  currentReplicas: field(4, counted, "Pods with the template that is being left."),
  updatedReplicas: field(5, counted, "Pods with the newest template."),
  currentRevision: field(6, string(), "Revision of the template that is being left."),
  updateRevision: field(7, string(), "Revision of the newest template."),
  collisionCount: field(9, counted, "Hash collisions met when naming revisions.", { pointer: true }),
  conditions: field(10, listOf(StatefulSetCondition, "type"), "Aspects of its state."),
  availableReplicas: field(11, counted, "Pods that are available.", { always: true }),
});
/** State of a stateful set. */
export interface StatefulSetStatus extends TypeOf<typeof statefulSetStatus> {}
export const StatefulSetStatus: ObjectSchema<StatefulSetStatus> = statefulSetStatus.check(countsWithin);

/** Pods with names and storage of their own. */
export const StatefulSet = kind({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  scope: "Namespaced",
  shortNames: ["sts"],
  categories: ["all"],
  doc: "Pods with names and storage of their own.",
  definition: "io.k8s.api.apps.v1.StatefulSet",
  fields: {
    spec: field(2, StatefulSetSpec, "What the stateful set should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, StatefulSetStatus, "State of the stateful set, written by its controller.", {
      always: true,
    }),
  },
  storagePath: "statefulsets",
  scale: { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"] },
  columns: statefulSetColumns,
  checkName: dns1123Subdomain,
});
export interface StatefulSet extends ObjectOf<typeof StatefulSet> {}
