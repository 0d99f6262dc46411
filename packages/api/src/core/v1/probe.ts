// Probes: how often and how a container is asked whether it works.
import { field, inline, int32, int64, type ObjectSchema, object, objectWith, type TypeOf } from "@knots/machinery";
import { ExecAction, GRPCAction, HTTPGetAction, TCPSocketAction } from "./handler.ts";

const probeHandler = object("io.k8s.api.core.v1.ProbeHandler", {
  exec: field(1, ExecAction, "", { pointer: true }),
  httpGet: field(2, HTTPGetAction, "", { pointer: true }),
  tcpSocket: field(3, TCPSocketAction, "", { pointer: true }),
  grpc: field(4, GRPCAction, "", { pointer: true }),
});
export interface ProbeHandler extends TypeOf<typeof probeHandler> {}
export const ProbeHandler: ObjectSchema<ProbeHandler> = probeHandler;

const probe = objectWith(
  "io.k8s.api.core.v1.Probe",
  {
    initialDelaySeconds: field(2, int32(), ""),
    timeoutSeconds: field(3, int32(), ""),
    periodSeconds: field(4, int32(), ""),
    successThreshold: field(5, int32(), ""),
    failureThreshold: field(6, int32(), ""),
    terminationGracePeriodSeconds: field(7, int64(), "", { pointer: true }),
  },
  inline(1, ProbeHandler),
);
export interface Probe extends TypeOf<typeof probe> {}
export const Probe: ObjectSchema<Probe> = probe;
