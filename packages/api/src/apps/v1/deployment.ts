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
import { PodTemplateSpec } from "../../core/v1/pod-template.ts";

const rollingUpdateDeployment = object("io.k8s.api.apps.v1.RollingUpdateDeployment", {
  maxUnavailable: field(1, intOrString(), "", { pointer: true }),
  maxSurge: field(2, intOrString(), "", { pointer: true }),
});
export interface RollingUpdateDeployment extends TypeOf<typeof rollingUpdateDeployment> {}
export const RollingUpdateDeployment: ObjectSchema<RollingUpdateDeployment> = rollingUpdateDeployment;

const deploymentStrategy = object("io.k8s.api.apps.v1.DeploymentStrategy", {
  type: field(1, string(), ""),
  rollingUpdate: field(2, RollingUpdateDeployment, "", { pointer: true }),
});
export interface DeploymentStrategy extends TypeOf<typeof deploymentStrategy> {}
export const DeploymentStrategy: ObjectSchema<DeploymentStrategy> = deploymentStrategy;

const deploymentSpec = object("io.k8s.api.apps.v1.DeploymentSpec", {
  replicas: field(1, int32(), "", { pointer: true }),
  selector: field(2, LabelSelector, "", { required: true, pointer: true }),
  template: field(3, PodTemplateSpec, "", { required: true, always: true }),
  strategy: field(4, DeploymentStrategy, "", { always: true }),
  minReadySeconds: field(5, int32(), ""),
  revisionHistoryLimit: field(6, int32(), "", { pointer: true }),
  paused: field(7, boolean(), ""),
  progressDeadlineSeconds: field(9, int32(), "", { pointer: true }),
});
export interface DeploymentSpec extends TypeOf<typeof deploymentSpec> {}
export const DeploymentSpec: ObjectSchema<DeploymentSpec> = deploymentSpec;

const deploymentCondition = object("io.k8s.api.apps.v1.DeploymentCondition", {
  type: field(1, string(), "", { required: true }),
  status: field(2, string(), "", { required: true }),
  reason: field(4, string(), ""),
  message: field(5, string(), ""),
  lastUpdateTime: field(6, time(), ""),
  lastTransitionTime: field(7, time(), ""),
});
export interface DeploymentCondition extends TypeOf<typeof deploymentCondition> {}
export const DeploymentCondition: ObjectSchema<DeploymentCondition> = deploymentCondition;

const deploymentStatus = object("io.k8s.api.apps.v1.DeploymentStatus", {
  observedGeneration: field(1, int64(), ""),
  replicas: field(2, int32(), ""),
  updatedReplicas: field(3, int32(), ""),
  availableReplicas: field(4, int32(), ""),
  unavailableReplicas: field(5, int32(), ""),
  conditions: field(6, listOf(DeploymentCondition, "type"), ""),
  readyReplicas: field(7, int32(), ""),
  collisionCount: field(8, int32(), "", { pointer: true }),
  terminatingReplicas: field(9, int32(), "", { pointer: true }),
});
export interface DeploymentStatus extends TypeOf<typeof deploymentStatus> {}
export const DeploymentStatus: ObjectSchema<DeploymentStatus> = deploymentStatus;

/**  */
export const Deployment = kind({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  scope: "Namespaced",
  shortNames: ["deploy"],
  categories: ["all"],
  doc: "",
  definition: "io.k8s.api.apps.v1.Deployment",
  fields: {
    spec: field(2, DeploymentSpec, "", { required: true, always: true, default: {} }),
    status: field(3, DeploymentStatus, "", { pointer: true }),
  },
  storagePath: "deployments",
  scale: { specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"] },
  checkName: dns1123Subdomain,
});
export interface Deployment extends ObjectOf<typeof Deployment> {}
