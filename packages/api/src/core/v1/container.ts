// Container: one program of a pod.
import {
  array,
  atomicList,
  boolean,
  dns1123Label,
  field,
  int32,
  type ObjectSchema,
  object,
  portName,
  setOf,
  string,
  type TypeOf,
} from "@knots/machinery";
import { portNumber, protocol, pullPolicy } from "./common.ts";
import { distinctPlaces, envSources, imageNamed, probesAndHooks } from "./container-checks.ts";
import { EnvFromSource, EnvVar } from "./env.ts";
import { Lifecycle } from "./handler.ts";
import { pullPolicyOf } from "./image-name.ts";
import { Probe } from "./probe.ts";
import { ResourceRequirements } from "./resources.ts";
import { SecurityContext } from "./security-context.ts";

const containerPort = object("io.k8s.api.core.v1.ContainerPort", {
  name: field(1, string({ check: portName }), "Name that services and probes can use."),
  hostPort: field(2, portNumber, "Port of the node that leads here."),
  containerPort: field(3, portNumber, "Port in the pod.", { required: true }),
  protocol: field(4, protocol, "TCP, UDP or SCTP.", { default: "TCP" }),
  hostIP: field(5, string(), "Address of the node that the host port binds to."),
});
/** A port that a container listens on. */
export interface ContainerPort extends TypeOf<typeof containerPort> {}
export const ContainerPort: ObjectSchema<ContainerPort> = containerPort;

const containerResizePolicy = object("io.k8s.api.core.v1.ContainerResizePolicy", {
  resourceName: field(1, string({ enum: ["cpu", "memory"] }), "Resource that may change.", { required: true }),
  restartPolicy: field(
    2,
    string({ enum: ["NotRequired", "RestartContainer"] }),
    "Whether the container is restarted.",
    { required: true },
  ),
});
/** What a change of a resource does to the container. */
export interface ContainerResizePolicy extends TypeOf<typeof containerResizePolicy> {}
export const ContainerResizePolicy: ObjectSchema<ContainerResizePolicy> = containerResizePolicy;

const containerRestartRuleOnExitCodes = object("io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes", {
  operator: field(1, string({ enum: ["In", "NotIn"] }), "Whether the exit code is among the values or not.", {
    required: true,
  }),
  values: field(2, setOf(int32()), "Exit codes."),
});
/** Exit codes that a rule is about. */
export interface ContainerRestartRuleOnExitCodes extends TypeOf<typeof containerRestartRuleOnExitCodes> {}
export const ContainerRestartRuleOnExitCodes: ObjectSchema<ContainerRestartRuleOnExitCodes> =
  containerRestartRuleOnExitCodes;

const containerRestartRule = object("io.k8s.api.core.v1.ContainerRestartRule", {
  action: field(1, string({ enum: ["Restart", "RestartAllContainers"] }), "What happens when the rule matches.", {
    required: true,
  }),
  exitCodes: field(2, ContainerRestartRuleOnExitCodes, "Exit codes that match.", { pointer: true }),
});
/** What happens when a container ends in a certain way. */
export interface ContainerRestartRule extends TypeOf<typeof containerRestartRule> {}
export const ContainerRestartRule: ObjectSchema<ContainerRestartRule> = containerRestartRule;

const volumeDevice = object("io.k8s.api.core.v1.VolumeDevice", {
  name: field(1, string(), "Name of the pod's volume.", { required: true }),
  devicePath: field(2, string(), "Path of the device in the container.", { required: true }),
});
/** A block device in a container. */
export interface VolumeDevice extends TypeOf<typeof volumeDevice> {}
export const VolumeDevice: ObjectSchema<VolumeDevice> = volumeDevice;

const volumeMount = object("io.k8s.api.core.v1.VolumeMount", {
  name: field(1, string(), "Name of the pod's volume.", { required: true }),
  readOnly: field(2, boolean(), "Whether the mount is read-only."),
  mountPath: field(3, string(), "Where the volume appears; no colon allowed.", { required: true }),
  subPath: field(4, string(), "Path in the volume to mount instead of its root."),
  mountPropagation: field(
    5,
    string({ enum: ["None", "HostToContainer", "Bidirectional"] }),
    "Whether mounts pass between host and container.",
    { pointer: true },
  ),
  subPathExpr: field(6, string(), "Like subPath, with $(NAME) replaced by environment variables."),
  recursiveReadOnly: field(
    7,
    string({ enum: ["Disabled", "IfPossible", "Enabled"] }),
    "Whether a read-only mount is so all the way down.",
    { pointer: true },
  ),
});
/** Where a volume appears in a container. */
export interface VolumeMount extends TypeOf<typeof volumeMount> {}
export const VolumeMount: ObjectSchema<VolumeMount> = volumeMount;

/** Fields that all sorts of containers share. */
export const containerFields = {
  name: field(1, string({ check: dns1123Label }), "Name, unique in the pod.", { required: true }),
  image: field(2, string(), "Image to run."),
  command: field(3, atomicList(string()), "Program and arguments; the image's entry point when absent."),
  args: field(4, atomicList(string()), "Arguments of the entry point; the image's when absent."),
  workingDir: field(5, string(), "Working directory; the image's when empty."),
  ports: field(
    6,
    array(ContainerPort, {
      list: "map",
      keys: ["containerPort", "protocol"],
      patch: "merge",
      mergeKey: "containerPort",
      duplicates: "allow",
    }),
    "Ports that the container listens on.",
  ),
  env: field(
    7,
    array(EnvVar, { list: "map", keys: ["name"], patch: "merge", mergeKey: "name", duplicates: "allow" }),
    "Environment variables.",
  ),
  resources: field(8, ResourceRequirements, "Resources that the container asks for and may use.", { always: true }),
  volumeMounts: field(
    9,
    array(VolumeMount, {
      list: "map",
      keys: ["mountPath"],
      patch: "merge",
      mergeKey: "mountPath",
      duplicates: "allow",
    }),
    "Where volumes appear in the container.",
  ),
  livenessProbe: field(10, Probe, "Restarts the container when it fails.", { pointer: true }),
  readinessProbe: field(11, Probe, "Takes the pod out of services when it fails.", { pointer: true }),
  lifecycle: field(12, Lifecycle, "Actions after start and before stop.", { pointer: true }),
  terminationMessagePath: field(13, string(), "File whose content becomes the last message.", {
    default: "/dev/termination-log",
  }),
  imagePullPolicy: field(14, pullPolicy, "When the image is pulled.", {
    default: (container: { readonly image?: string }) => pullPolicyOf(container.image),
  }),
  securityContext: field(15, SecurityContext, "Privileges of the container.", { pointer: true }),
  stdin: field(16, boolean(), "Whether standard input stays open."),
  stdinOnce: field(17, boolean(), "Whether standard input is closed after the first client."),
  tty: field(18, boolean(), "Whether the container has a terminal."),
  envFrom: field(19, atomicList(EnvFromSource), "Many environment variables at once; env wins."),
  terminationMessagePolicy: field(
    20,
    string({ enum: ["File", "FallbackToLogsOnError"] }),
    "Whether the end of the log stands in for a missing message.",
    { default: "File" },
  ),
  volumeDevices: field(
    21,
    array(VolumeDevice, {
      list: "map",
      keys: ["devicePath"],
      patch: "merge",
      mergeKey: "devicePath",
      duplicates: "allow",
    }),
    "Block devices in the container.",
  ),
  startupProbe: field(22, Probe, "Holds the other probes back until it succeeds once.", { pointer: true }),
  resizePolicy: field(23, atomicList(ContainerResizePolicy), "What changes of resources do to the container."),
  restartPolicy: field(
    24,
    string({ enum: ["Always", "OnFailure", "Never"] }),
    "Overrides the pod's policy; Always makes an init container a sidecar.",
    { pointer: true },
  ),
  restartPolicyRules: field(25, atomicList(ContainerRestartRule), "Rules tried in order when the container ends."),
};
const container = object("io.k8s.api.core.v1.Container", containerFields);
/** One program of a pod. */
export interface Container extends TypeOf<typeof container> {}
export const Container: ObjectSchema<Container> = container.check(
  imageNamed,
  envSources,
  distinctPlaces,
  probesAndHooks,
);
