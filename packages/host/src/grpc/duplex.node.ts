// A call in which both sides send messages.
import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import { GrpcError } from "./error.ts";

/** Messages of the server in order. Leaving the iteration cancels the call; a failed call throws a GrpcError. */
export interface Duplex<Request, Response> extends AsyncIterable<Response> {
  /** Ignored once the call is over. */
  send(message: Request): void;
  /** Gives the call up: the iteration ends without an error. */
  cancel(): void;
}

/** Wraps a call that was started. */
export function createDuplex<Request, Response>(
  path: string,
  call: ClientDuplexStream<Request, Response>,
  signal?: AbortSignal,
): Duplex<Request, Response> {
  let over = false;
  let cancelled = false;
  const cancel = (): void => {
    over = true;
    cancelled = true;
    call.cancel();
  };
  // Without a listener an error that comes while nobody reads would be thrown at the process.
  call.on("error", () => {
    over = true;
  });
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  async function* read(): AsyncGenerator<Response> {
    try {
      for await (const message of call) yield message as Response;
    } catch (error) {
      if (cancelled) return;
      throw error instanceof Error && "code" in error ? new GrpcError(path, error as ServiceError) : error;
    } finally {
      signal?.removeEventListener("abort", cancel);
      cancel();
    }
  }
  return {
    send: (message) => void (over || call.write(message)),
    cancel,
    [Symbol.asyncIterator]: read,
  };
}
