// Actions taken for probes and lifecycle hooks.
import {
  atomicList,
  field,
  int64,
  intOrString,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { portNumber } from "./common.ts";

const execAction = object("io.k8s.api.core.v1.ExecAction", {
  command: field(1, atomicList(string()), "Program and arguments; no shell is involved."),
});
/** Runs a command in the container. */
export interface ExecAction extends TypeOf<typeof execAction> {}
export const ExecAction: ObjectSchema<ExecAction> = execAction;

const httpHeader = object("io.k8s.api.core.v1.HTTPHeader", {
  name: field(1, string(), "Name of the header.", { required: true }),
  value: field(2, string(), "Value of the header.", { required: true, always: true }),
});
/** A header of an HTTP request. */
export interface HTTPHeader extends TypeOf<typeof httpHeader> {}
export const HTTPHeader: ObjectSchema<HTTPHeader> = httpHeader;

const httpGetAction = object("io.k8s.api.core.v1.HTTPGetAction", {
  path: field(1, string(), "Path to ask for.", { default: "/" }),
  port: field(2, intOrString(), "Port number, or the name of a container port.", { required: true }),
  host: field(3, string(), "Host to connect to; the pod's address when empty."),
  scheme: field(4, string({ enum: ["HTTP", "HTTPS"] }), "HTTP or HTTPS; certificates are not checked.", {
    default: "HTTP",
  }),
  httpHeaders: field(5, atomicList(HTTPHeader), "Headers of the request."),
});
/** Sends an HTTP GET; answers from 200 to 399 are good. */
export interface HTTPGetAction extends TypeOf<typeof httpGetAction> {}
export const HTTPGetAction: ObjectSchema<HTTPGetAction> = httpGetAction;

const tcpSocketAction = object("io.k8s.api.core.v1.TCPSocketAction", {
  port: field(1, intOrString(), "Port number, or the name of a container port.", { required: true }),
  host: field(2, string(), "Host to connect to; the pod's address when empty."),
});
/** Opens a TCP connection. */
export interface TCPSocketAction extends TypeOf<typeof tcpSocketAction> {}
export const TCPSocketAction: ObjectSchema<TCPSocketAction> = tcpSocketAction;

const grpcAction = object("io.k8s.api.core.v1.GRPCAction", {
  port: field(1, portNumber, "Port number.", { required: true }),
  service: field(2, string(), "Service name to ask about.", { pointer: true, default: "" }),
});
/** Calls the gRPC health service. */
export interface GRPCAction extends TypeOf<typeof grpcAction> {}
export const GRPCAction: ObjectSchema<GRPCAction> = grpcAction;

const sleepAction = object("io.k8s.api.core.v1.SleepAction", {
  seconds: field(1, int64(), "How long to wait.", { required: true, always: true }),
});
/** Waits. */
export interface SleepAction extends TypeOf<typeof sleepAction> {}
export const SleepAction: ObjectSchema<SleepAction> = sleepAction;

const lifecycleHandler = object("io.k8s.api.core.v1.LifecycleHandler", {
  exec: field(1, ExecAction, "Runs a command in the container.", { pointer: true }),
  httpGet: field(2, HTTPGetAction, "Sends an HTTP request.", { pointer: true }),
  tcpSocket: field(3, TCPSocketAction, "No longer carried out.", { pointer: true, stage: "deprecated" }),
  sleep: field(4, SleepAction, "Waits for some seconds.", { pointer: true }),
});
/** What a hook does; exactly one is set. */
export interface LifecycleHandler extends TypeOf<typeof lifecycleHandler> {}
export const LifecycleHandler: ObjectSchema<LifecycleHandler> = lifecycleHandler;

const lifecycle = object("io.k8s.api.core.v1.Lifecycle", {
  postStart: field(1, LifecycleHandler, "Runs after the container was created.", { pointer: true }),
  preStop: field(2, LifecycleHandler, "Runs before the container is stopped.", { pointer: true }),
  stopSignal: field(3, string(), "Signal that stops the container, instead of the image's own.", { pointer: true }),
});
/** What happens right after start and right before stop. */
export interface Lifecycle extends TypeOf<typeof lifecycle> {}
export const Lifecycle: ObjectSchema<Lifecycle> = lifecycle;
