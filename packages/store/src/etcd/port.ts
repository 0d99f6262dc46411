// The port through which the store talks to the members of an etcd cluster. The gRPC client of `host` is one such connection.
import type { EtcdMethod } from "./methods.ts";

/** Limits of one call, in milliseconds. */
export interface CallLimits {
  readonly timeout?: number;
  /** Longest wait for a connection; when it fails, the failure says `sent: false`. */
  readonly connect?: number;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a failed call is rejected with. */
export interface CallFailure extends Error {
  /** gRPC's status by name. */
  readonly code: string;
  /** The server's words. */
  readonly details: string;
  /** False: the request certainly never left. */
  readonly sent: boolean;
}

/** A call in which both sides send. Iterating gives the answers; it throws a {@link CallFailure} when the call fails. */
export interface TwoWay<Request, Response> extends AsyncIterable<Response> {
  send(message: Request): void;
  cancel(): void;
}

/** A connection to one member, opened on first use and opened anew when it breaks. */
export interface EtcdConnection {
  call<Request, Response>(
    method: EtcdMethod<Request, Response>,
    request: Request,
    limits?: CallLimits,
  ): Promise<Response>;
  duplex<Request, Response>(method: EtcdMethod<Request, Response>, limits?: CallLimits): TwoWay<Request, Response>;
  close(): void;
}

/** Makes the connection to one member; does no I/O yet. */
export type EtcdConnector = (endpoint: string) => EtcdConnection;

export function isCallFailure(error: unknown): error is CallFailure {
  return error instanceof Error && "code" in error && "details" in error && "sent" in error;
}
