// Container: one program of a pod.
import {
  atomicList,
  boolean,
  field,
  int32,
  listOf,
  type ObjectSchema,
  object,
  setOf,
  string,
  type TypeOf,
} from "@knots/machinery";
import { EnvFromSource, EnvVar } from "./env.ts";
import { Lifecycle } from "./handler.ts";
import { Probe } from "./probe.ts";
import { ResourceRequirements } from "./resources.ts";
import { SecurityContext } from "./security-context.ts";

const containerPort = object("io.k8s.api.core.v1.ContainerPort", {
  name: field(1, string(), ""),
  hostPort: field(2, int32(), ""),
  containerPort: field(3, int32(), "", { required: true }),
  protocol: field(4, string(), ""),
  hostIP: field(5, string(), ""),
});
export interface ContainerPort extends TypeOf<typeof containerPort> {}
export const ContainerPort: ObjectSchema<ContainerPort> = containerPort;

const containerResizePolicy = object("io.k8s.api.core.v1.ContainerResizePolicy", {
  resourceName: field(1, string(), "", { required: true }),
  restartPolicy: field(2, string(), "", { required: true }),
});
export interface ContainerResizePolicy extends TypeOf<typeof containerResizePolicy> {}
export const ContainerResizePolicy: ObjectSchema<ContainerResizePolicy> = containerResizePolicy;

const containerRestartRuleOnExitCodes = object("io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes", {
  operator: field(1, string(), "", { required: true }),
  values: field(2, setOf(int32()), ""),
});
export interface ContainerRestartRuleOnExitCodes extends TypeOf<typeof containerRestartRuleOnExitCodes> {}
export const ContainerRestartRuleOnExitCodes: ObjectSchema<ContainerRestartRuleOnExitCodes> =
  containerRestartRuleOnExitCodes;

const containerRestartRule = object("io.k8s.api.core.v1.ContainerRestartRule", {
  action: field(1, string(), "", { required: true }),
  exitCodes: field(2, ContainerRestartRuleOnExitCodes, "", { pointer: true }),
});
export interface ContainerRestartRule extends TypeOf<typeof containerRestartRule> {}
export const ContainerRestartRule: ObjectSchema<ContainerRestartRule> = containerRestartRule;

const volumeDevice = object("io.k8s.api.core.v1.VolumeDevice", {
  name: field(1, string(), "", { required: true }),
  devicePath: field(2, string(), "", { required: true }),
});
export interface VolumeDevice extends TypeOf<typeof volumeDevice> {}
export const VolumeDevice: ObjectSchema<VolumeDevice> = volumeDevice;

const volumeMount = object("io.k8s.api.core.v1.VolumeMount", {
  name: field(1, string(), "", { required: true }),
  readOnly: field(2, boolean(), ""),
  mountPath: field(3, string(), "", { required: true }),
  subPath: field(4, string(), ""),
  mountPropagation: field(5, string(), "", { pointer: true }),
  subPathExpr: field(6, string(), ""),
  recursiveReadOnly: field(7, string(), "", { pointer: true }),
});
export interface VolumeMount extends TypeOf<typeof volumeMount> {}
export const VolumeMount: ObjectSchema<VolumeMount> = volumeMount;

/** Fields that all sorts of containers share. */
export const containerFields = {
  name: field(1, string(), "", { required: true }),
  image: field(2, string(), ""),
  command: field(3, atomicList(string()), ""),
  args: field(4, atomicList(string()), ""),
  workingDir: field(5, string(), ""),
  ports: field(6, listOf(ContainerPort, "containerPort", "protocol"), ""),
  env: field(7, listOf(EnvVar, "name"), ""),
  resources: field(8, ResourceRequirements, "", { always: true }),
  volumeMounts: field(9, listOf(VolumeMount, "mountPath"), ""),
  livenessProbe: field(10, Probe, "", { pointer: true }),
  readinessProbe: field(11, Probe, "", { pointer: true }),
  lifecycle: field(12, Lifecycle, "", { pointer: true }),
  terminationMessagePath: field(13, string(), ""),
  imagePullPolicy: field(14, string(), ""),
  securityContext: field(15, SecurityContext, "", { pointer: true }),
  stdin: field(16, boolean(), ""),
  stdinOnce: field(17, boolean(), ""),
  tty: field(18, boolean(), ""),
  envFrom: field(19, atomicList(EnvFromSource), ""),
  terminationMessagePolicy: field(20, string(), ""),
  volumeDevices: field(21, listOf(VolumeDevice, "devicePath"), ""),
  startupProbe: field(22, Probe, "", { pointer: true }),
  resizePolicy: field(23, atomicList(ContainerResizePolicy), ""),
  restartPolicy: field(24, string(), "", { pointer: true }),
  restartPolicyRules: field(25, atomicList(ContainerRestartRule), ""),
};
const container = object("io.k8s.api.core.v1.Container", containerFields);
export interface Container extends TypeOf<typeof container> {}
export const Container: ObjectSchema<Container> = container;
