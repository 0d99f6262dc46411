// Deployment: pods that are updated step by step.
import {
  boolean,
  dns1123Subdomain,
  field,
  int32,
  int64,
  intOrString,
  kind,
  LabelSelector,
  listOf,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { conditionHead } from "../../core/v1/common.ts";
import { PodTemplateSpec } from "../../core/v1/pod-template.ts";
import { templateRunsForever } from "../../core/v1/replication-controller-checks.ts";
import { deadlineAfterReadiness, onlyRollingRolls, rolloutCanMove } from "./deployment-checks.ts";
import { deploymentColumns } from "./deployment-columns.ts";
import { selectorMatchesTemplate } from "./workload-checks.ts";

const rollingUpdateDeployment = object("io.k8s.api.apps.v1.RollingUpdateDeployment", {
  maxUnavailable: field(1, intOrString(), "Pods that may be missing, as number or percentage.", {
    pointer: true,
    default: "25%",
  }),
  maxSurge: field(2, intOrString(), "Pods that may be too many, as number or percentage.", {
    pointer: true,
    default: "25%",
  }),
});
/** How far a rolling update may go at once. */
export interface RollingUpdateDeployment extends TypeOf<typeof rollingUpdateDeployment> {}
export const RollingUpdateDeployment: ObjectSchema<RollingUpdateDeployment> =
  rollingUpdateDeployment.check(rolloutCanMove);

const deploymentStrategy = object("io.k8s.api.apps.v1.DeploymentStrategy", {
  type: field(
    1,
    string({ enum: ["Recreate", "RollingUpdate"] }),
    "RollingUpdate, or Recreate to stop all old pods first.",
    { default: "RollingUpdate" },
  ),
  rollingUpdate: field(2, RollingUpdateDeployment, "How far a rolling update may go at once.", {
    pointer: true,
    default: (strategy: { readonly type?: string }) => (strategy.type === "RollingUpdate" ? {} : undefined),
  }),
});
/** How old pods are replaced. */
export interface DeploymentStrategy extends TypeOf<typeof deploymentStrategy> {}
export const DeploymentStrategy: ObjectSchema<DeploymentStrategy> = deploymentStrategy.check(onlyRollingRolls);

const deploymentSpec = object("io.k8s.api.apps.v1.DeploymentSpec", {
  replicas: field(1, int32({ min: 0 }), "How many pods should run.", { pointer: true, default: 1 }),
  selector: field(2, LabelSelector, "Which pods belong to it; cannot change.", {
    required: true,
    pointer: true,
    immutable: true,
  }),
  template: field(3, PodTemplateSpec, "What its pods look like.", { required: true, always: true }),
  strategy: field(4, DeploymentStrategy, "How old pods are replaced.", {
    always: true,
    default: {},
    patch: "retainKeys",
  }),
  minReadySeconds: field(5, int32({ min: 0 }), "Seconds a pod must be ready to count as available."),
  revisionHistoryLimit: field(6, int32({ min: 0 }), "How many old replica sets are kept for rollback.", {
    pointer: true,
    default: 10,
  }),
  paused: field(7, boolean(), "Whether changes of the template wait."),
  progressDeadlineSeconds: field(9, int32({ min: 0 }), "Seconds without progress after which the rollout has failed.", {
    pointer: true,
    default: 600,
  }),
});
/** What a deployment should be. */
export interface DeploymentSpec extends TypeOf<typeof deploymentSpec> {}
export const DeploymentSpec: ObjectSchema<DeploymentSpec> = deploymentSpec.check(
  selectorMatchesTemplate("deployment"),
  templateRunsForever("Deployment"),
  deadlineAfterReadiness,
);

const deploymentCondition = object("io.k8s.api.apps.v1.DeploymentCondition", {
  ...conditionHead,
  lastUpdateTime: field(6, time(), "When the condition last changed in any way."),
  lastTransitionTime: field(7, time(), "When the status last changed."),
  reason: field(4, string(), "One CamelCase word that says why."),
  message: field(5, string(), "Details for people."),
});
/** One aspect of a deployment's state. */
export interface DeploymentCondition extends TypeOf<typeof deploymentCondition> {}
export const DeploymentCondition: ObjectSchema<DeploymentCondition> = deploymentCondition;

const deploymentStatus = object("io.k8s.api.apps.v1.DeploymentStatus", {
  observedGeneration: field(1, int64(), "Generation that the status was computed from."),
  replicas: field(2, int32(), "Pods of all its replica sets."),
  updatedReplicas: field(3, int32(), "Pods with the newest template."),
  readyReplicas: field(7, int32(), "Pods that are ready."),
  availableReplicas: field(4, int32(), "Pods that are available."),
  unavailableReplicas: field(5, int32(), "Pods that are still missing to be available."),
  terminatingReplicas: field(9, int32(), "Pods that are shutting down.", { pointer: true }),
  conditions: field(6, listOf(DeploymentCondition, "type"), "Aspects of its state."),
  collisionCount: field(8, int32(), "Hash collisions met when naming replica sets.", { pointer: true }),
});
/** State of a deployment. */
export interface DeploymentStatus extends TypeOf<typeof deploymentStatus> {}
export const DeploymentStatus: ObjectSchema<DeploymentStatus> = deploymentStatus;

/** Pods that are updated step by step. */
export const Deployment = kind({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  scope: "Namespaced",
  shortNames: ["deploy"],
  categories: ["all"],
  doc: "Pods that are updated step by step.",
  definition: "io.k8s.api.apps.v1.Deployment",
  fields: {
    spec: field(2, DeploymentSpec, "What the deployment should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, DeploymentStatus, "State of the deployment, written by its controller.", { always: true }),
  },
  storagePath: "deployments",
  scale: { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"] },
  columns: deploymentColumns,
  checkName: dns1123Subdomain,
});
export interface Deployment extends ObjectOf<typeof Deployment> {}
