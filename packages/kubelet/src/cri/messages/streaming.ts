// Messages that open streams into containers.
import { array, boolean, bytes, int32, int64, type ObjectSchema, string, type TypeOf } from "@knots/machinery";
import { message, wire } from "./message.ts";

const execSyncRequest = message("ExecSyncRequest", {
  containerId: wire(1, string()),
  cmd: wire(2, array(string())),
  timeout: wire(3, int64()),
});
export interface ExecSyncRequest extends TypeOf<typeof execSyncRequest> {}
export const ExecSyncRequest: ObjectSchema<ExecSyncRequest> = execSyncRequest;

const execSyncResponse = message("ExecSyncResponse", {
  stdout: wire(1, bytes()),
  stderr: wire(2, bytes()),
  exitCode: wire(3, int32()),
});
export interface ExecSyncResponse extends TypeOf<typeof execSyncResponse> {}
export const ExecSyncResponse: ObjectSchema<ExecSyncResponse> = execSyncResponse;

const execRequest = message("ExecRequest", {
  containerId: wire(1, string()),
  cmd: wire(2, array(string())),
  tty: wire(3, boolean()),
  stdin: wire(4, boolean()),
  stdout: wire(5, boolean()),
  stderr: wire(6, boolean()),
});
export interface ExecRequest extends TypeOf<typeof execRequest> {}
export const ExecRequest: ObjectSchema<ExecRequest> = execRequest;

const execResponse = message("ExecResponse", {
  url: wire(1, string()),
});
export interface ExecResponse extends TypeOf<typeof execResponse> {}
export const ExecResponse: ObjectSchema<ExecResponse> = execResponse;

const attachRequest = message("AttachRequest", {
  containerId: wire(1, string()),
  stdin: wire(2, boolean()),
  tty: wire(3, boolean()),
  stdout: wire(4, boolean()),
  stderr: wire(5, boolean()),
});
export interface AttachRequest extends TypeOf<typeof attachRequest> {}
export const AttachRequest: ObjectSchema<AttachRequest> = attachRequest;

const attachResponse = message("AttachResponse", {
  url: wire(1, string()),
});
export interface AttachResponse extends TypeOf<typeof attachResponse> {}
export const AttachResponse: ObjectSchema<AttachResponse> = attachResponse;

const portForwardRequest = message("PortForwardRequest", {
  podSandboxId: wire(1, string()),
  port: wire(2, array(int32())),
});
export interface PortForwardRequest extends TypeOf<typeof portForwardRequest> {}
export const PortForwardRequest: ObjectSchema<PortForwardRequest> = portForwardRequest;

const portForwardResponse = message("PortForwardResponse", {
  url: wire(1, string()),
});
export interface PortForwardResponse extends TypeOf<typeof portForwardResponse> {}
export const PortForwardResponse: ObjectSchema<PortForwardResponse> = portForwardResponse;
