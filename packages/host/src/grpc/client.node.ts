// gRPC over a unix socket or TCP, with or without TLS: calls typed by a pair of message codecs, with deadlines and cancellation.
import {
  type CallOptions,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { realClock } from "@knots/std";
import { awaitConnection } from "./connection.node.ts";
import { createDuplex, type Duplex } from "./duplex.node.ts";
import { GrpcError } from "./error.ts";
import { type GrpcTls, secureChannel } from "./tls.node.ts";

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
  /**
   * Longest wait for a connection (milliseconds). With it a call that finds no connection fails at once with `sent: false`; without it the
   * library decides, and nobody can tell whether the request left.
   */
  readonly connect?: number;
}

/** How a client connects. */
export interface GrpcClientOptions {
  readonly tls?: GrpcTls;
  /** Silence after which the server is asked for a sign of life, and how long it has to give it (milliseconds). Default: never asked. */
  readonly keepAlive?: { readonly after: number; readonly patience: number };
  /** Largest message in either direction (bytes, default 16 MiB). */
  readonly maxMessage?: number;
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

/** A client that also makes calls in which both sides send. */
export interface GrpcConnection extends GrpcClient {
  /** Messages both ways until either side ends the call. `timeout` and `connect` do not apply. */
  duplex<Request, Response>(method: Method<Request, Response>, options?: GrpcCallOptions): Duplex<Request, Response>;
}

const DEFAULT_TIMEOUT = 120_000;
/** Lists of containers and images may be large. */
const MAX_MESSAGE = 16 * 1024 * 1024;

function metadataOf(headers: Readonly<Record<string, string>> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

async function callOnce<Request, Response>(
  client: Client,
  method: Method<Request, Response>,
  { request, options }: { readonly request: Request; readonly options: GrpcCallOptions },
): Promise<Response> {
  const { signal, headers, timeout = DEFAULT_TIMEOUT, connect } = options;
  signal?.throwIfAborted();
  const deadline = realClock.now() + timeout;
  if (connect !== undefined) await awaitConnection(client, method.path, Math.min(connect, timeout));
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const limits: CallOptions = { deadline };
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

function connect(address: string, { tls, keepAlive, maxMessage = MAX_MESSAGE }: GrpcClientOptions): Client {
  const { credentials: secrets, options } = tls
    ? secureChannel(address, tls)
    : { credentials: credentials.createInsecure(), options: {} };
  return new Client(address, secrets, {
    ...options,
    "grpc.max_receive_message_length": maxMessage,
    "grpc.max_send_message_length": maxMessage,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 2000,
    ...(keepAlive && {
      "grpc.keepalive_time_ms": keepAlive.after,
      "grpc.keepalive_timeout_ms": keepAlive.patience,
    }),
  });
}

/** Connects to `address`: `unix:///path` or `host:port`. */
export function createGrpcClient(address: string, options: GrpcClientOptions = {}): GrpcConnection {
  const client = connect(address, options);
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
    duplex: (method, options = {}) => {
      const call = client.makeBidiStreamRequest(
        method.path,
        (value: Parameters<typeof method.request.encode>[0]) => Buffer.from(method.request.encode(value)),
        (bytes) => method.response.decode(bytes),
        metadataOf(options.headers),
      );
      return createDuplex(method.path, call, options.signal);
    },
    close: () => client.close(),
  };
}
