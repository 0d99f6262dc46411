// gRPC over a unix socket or TCP: calls typed by a pair of message codecs, with deadlines and cancellation.
import {
  type CallOptions,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { realClock } from "@knots/std";

/** Turns a message into bytes and back. */
export interface MessageCodec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** One remote procedure: its full path, such as `/runtime.v1.RuntimeService/Version`, and its messages. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly request: MessageCodec<Request>;
  readonly response: MessageCodec<Response>;
}

/** Limits of a call; `timeout` in milliseconds. */
export interface GrpcCallOptions {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failed call: gRPC's status by name ("NOT_FOUND", "UNAVAILABLE" ...) and the server's words. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: string;

  constructor(path: string, cause: ServiceError) {
    super(`${path}: ${cause.details}`, { cause });
    this.code = status[cause.code] ?? "UNKNOWN";
  }
}

/** A connection that is opened on first use and re-opened when it breaks. */
export interface GrpcClient {
  call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: GrpcCallOptions,
  ): Promise<Response>;
  /** Server streaming: messages in order; leaving the iteration cancels the call. */
  stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: GrpcCallOptions,
  ): AsyncIterable<Response>;
  close(): void;
}

const DEFAULT_TIMEOUT = 120_000;
/** Lists of containers and images may be large. */
const MAX_MESSAGE = 16 * 1024 * 1024;

function metadataOf(headers: Readonly<Record<string, string>> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

function callOnce<Request, Response>(
  client: Client,
  method: Method<Request, Response>,
  { request, options }: { readonly request: Request; readonly options: GrpcCallOptions },
): Promise<Response> {
  const { signal, headers, timeout = DEFAULT_TIMEOUT } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const limits: CallOptions = { deadline: realClock.now() + timeout };
    const call = client.makeUnaryRequest(
      method.path,
      (value: Request) => Buffer.from(method.request.encode(value)),
      (bytes) => method.response.decode(bytes),
      request,
      metadataOf(headers),
      limits,
      (error, response) => {
        signal?.removeEventListener("abort", cancel);
        if (error) reject(signal?.aborted ? signal.reason : new GrpcError(method.path, error));
        else resolve(response as Response);
      },
    );
    const cancel = (): void => call.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
}

async function* readStream<Response>(
  path: string,
  call: ClientReadableStream<Response>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Response> {
  const cancel = (): void => call.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    for await (const message of call) yield message as Response;
  } catch (error) {
    if (signal?.aborted) return;
    throw error instanceof Error && "code" in error ? new GrpcError(path, error as ServiceError) : error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    call.cancel();
  }
}

/** Connects to `address`: `unix:///path` or `host:port`, without TLS. */
export function createGrpcClient(address: string): GrpcClient {
  const client = new Client(address, credentials.createInsecure(), {
    "grpc.max_receive_message_length": MAX_MESSAGE,
    "grpc.max_send_message_length": MAX_MESSAGE,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 2000,
  });
  return {
    call: (method, request, options = {}) => callOnce(client, method, { request, options }),
    stream: (method, request, options = {}) => {
      const call = client.makeServerStreamRequest(
        method.path,
        (value: typeof request) => Buffer.from(method.request.encode(value)),
        (bytes) => method.response.decode(bytes),
        request,
        metadataOf(options.headers),
        options.timeout === undefined ? {} : { deadline: realClock.now() + options.timeout },
      );
      return readStream(method.path, call, options.signal);
    },
    close: () => client.close(),
  };
}
