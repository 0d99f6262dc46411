// Probes: how often and how a container is asked whether it works.
import { field, inline, int32, int64, type ObjectSchema, object, objectWith, type TypeOf } from "@knots/machinery";
import { ExecAction, GRPCAction, HTTPGetAction, TCPSocketAction } from "./handler.ts";

const probeHandler = object("io.k8s.api.core.v1.ProbeHandler", {
  exec: field(1, ExecAction, "Runs a command in the container.", { pointer: true }),
  httpGet: field(2, HTTPGetAction, "Sends an HTTP request.", { pointer: true }),
  tcpSocket: field(3, TCPSocketAction, "Opens a TCP connection.", { pointer: true }),
  grpc: field(4, GRPCAction, "Calls the gRPC health service.", { pointer: true }),
});
/** What a probe does; exactly one is set. */
export interface ProbeHandler extends TypeOf<typeof probeHandler> {}
export const ProbeHandler: ObjectSchema<ProbeHandler> = probeHandler;

const probe = objectWith(
  "io.k8s.api.core.v1.Probe",
  {
    initialDelaySeconds: field(2, int32({ min: 0 }), "Seconds after the start before the first probe."),
    timeoutSeconds: field(3, int32({ min: 0 }), "Seconds after which a probe has failed.", { default: 1 }),
    periodSeconds: field(4, int32({ min: 0 }), "Seconds from probe to probe.", { default: 10 }),
    successThreshold: field(5, int32({ min: 0 }), "Good probes in a row after a bad one that count as success.", {
      default: 1,
    }),
    failureThreshold: field(6, int32({ min: 0 }), "Bad probes in a row that count as failure.", { default: 3 }),
    terminationGracePeriodSeconds: field(7, int64({ min: 1 }), "Grace of the stop that this probe causes.", {
      pointer: true,
    }),
  },
  inline(1, ProbeHandler),
);
/** How a container is asked whether it works, and how often. */
export interface Probe extends TypeOf<typeof probe> {}
export const Probe: ObjectSchema<Probe> = probe;
