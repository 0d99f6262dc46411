// The failure of a gRPC call.
import { type ServiceError, status } from "@grpc/grpc-js";

/** A failed call: gRPC's status by name ("NOT_FOUND", "UNAVAILABLE" ...) and the server's words. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: string;
  readonly details: string;
  /** False when the request certainly never left this process; true when it may have. */
  readonly sent: boolean;

  constructor(path: string, cause: Pick<ServiceError, "code" | "details">, sent = true) {
    super(`${path}: ${cause.details}`, { cause });
    this.code = status[cause.code] ?? "UNKNOWN";
    this.details = cause.details;
    this.sent = sent;
  }
}
