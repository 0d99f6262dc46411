// Actions taken for probes and lifecycle hooks.
import {
  atomicList,
  field,
  int32,
  int64,
  intOrString,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";

const execAction = object("io.k8s.api.core.v1.ExecAction", {
  command: field(1, atomicList(string()), ""),
});
export interface ExecAction extends TypeOf<typeof execAction> {}
export const ExecAction: ObjectSchema<ExecAction> = execAction;

const httpHeader = object("io.k8s.api.core.v1.HTTPHeader", {
  name: field(1, string(), "", { required: true }),
  value: field(2, string(), "", { required: true }),
});
export interface HTTPHeader extends TypeOf<typeof httpHeader> {}
export const HTTPHeader: ObjectSchema<HTTPHeader> = httpHeader;

const httpGetAction = object("io.k8s.api.core.v1.HTTPGetAction", {
  path: field(1, string(), ""),
  port: field(2, intOrString(), "", { required: true }),
  host: field(3, string(), ""),
  scheme: field(4, string(), ""),
  httpHeaders: field(5, atomicList(HTTPHeader), ""),
});
export interface HTTPGetAction extends TypeOf<typeof httpGetAction> {}
export const HTTPGetAction: ObjectSchema<HTTPGetAction> = httpGetAction;

const tcpSocketAction = object("io.k8s.api.core.v1.TCPSocketAction", {
  port: field(1, intOrString(), "", { required: true }),
  host: field(2, string(), ""),
});
export interface TCPSocketAction extends TypeOf<typeof tcpSocketAction> {}
export const TCPSocketAction: ObjectSchema<TCPSocketAction> = tcpSocketAction;

const grpcAction = object("io.k8s.api.core.v1.GRPCAction", {
  port: field(1, int32(), "", { required: true }),
  service: field(2, string(), "", { pointer: true }),
});
export interface GRPCAction extends TypeOf<typeof grpcAction> {}
export const GRPCAction: ObjectSchema<GRPCAction> = grpcAction;

const sleepAction = object("io.k8s.api.core.v1.SleepAction", {
  seconds: field(1, int64(), "", { required: true }),
});
export interface SleepAction extends TypeOf<typeof sleepAction> {}
export const SleepAction: ObjectSchema<SleepAction> = sleepAction;

const lifecycleHandler = object("io.k8s.api.core.v1.LifecycleHandler", {
  exec: field(1, ExecAction, "", { pointer: true }),
  httpGet: field(2, HTTPGetAction, "", { pointer: true }),
  tcpSocket: field(3, TCPSocketAction, "", { pointer: true }),
  sleep: field(4, SleepAction, "", { pointer: true }),
});
export interface LifecycleHandler extends TypeOf<typeof lifecycleHandler> {}
export const LifecycleHandler: ObjectSchema<LifecycleHandler> = lifecycleHandler;

const lifecycle = object("io.k8s.api.core.v1.Lifecycle", {
  postStart: field(1, LifecycleHandler, "", { pointer: true }),
  preStop: field(2, LifecycleHandler, "", { pointer: true }),
  stopSignal: field(3, string(), "", { pointer: true }),
});
export interface Lifecycle extends TypeOf<typeof lifecycle> {}
export const Lifecycle: ObjectSchema<Lifecycle> = lifecycle;
