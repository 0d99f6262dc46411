// One HTTP/2 connection to an API server, opened on demand, watched by pings, replaced when it breaks.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import type { Clock, Timer } from "@knots/std";
import type { Connection } from "../kubeconfig/kubeconfig.node.ts";

/** The server cannot be reached, or the connection broke. `sent` says whether the request had left. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly sent: boolean;

  constructor(message: string, sent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.sent = sent;
  }
}

/** Hands out streams of a live connection. */
export interface SessionPool {
  /** Opens a stream with the given headers; rejects with a ConnectionError (not sent) when the server cannot be reached. */
  open(headers: Readonly<Record<string, string>>, hasBody: boolean): Promise<ClientHttp2Stream>;
  close(): void;
}

const PING_INTERVAL = 30_000;
const PING_TIMEOUT = 15_000;
const CONNECT_TIMEOUT = 10_000;
/** Flow-control window of the whole connection: many watches and large lists share it. */
const WINDOW = 4 * 1024 * 1024;

function dial(connection: Connection, clock: Clock): Promise<ClientHttp2Session> {
  const { server, authority, certificate, key } = connection;
  return new Promise((resolve, reject) => {
    const session = connect(server, {
      ...(authority !== undefined && { ca: authority }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key }),
      minVersion: "TLSv1.2",
      settings: { initialWindowSize: 1024 * 1024 },
    });
    const timer = clock.setTimer(CONNECT_TIMEOUT, () => session.destroy(new Error("no answer within 10 seconds")));
    const fail = (cause?: Error): void => {
      timer.cancel();
      reject(new ConnectionError(`cannot reach ${server}: ${cause?.message ?? "connection closed"}`, false, { cause }));
    };
    session.once("error", fail);
    session.once("close", fail);
    session.once("connect", () => {
      timer.cancel();
      session.off("error", fail);
      session.off("close", fail);
      session.on("error", () => session.destroy());
      session.setMaxListeners(0);
      session.setLocalWindowSize(WINDOW);
      resolve(session);
    });
  });
}

/** Ends a connection whose other side fell silent. */
function keepPinging(session: ClientHttp2Session, clock: Clock): void {
  let timer: Timer;
  const ping = (): void => {
    timer = clock.setTimer(PING_TIMEOUT, () => session.destroy(), { background: true });
    session.ping((error) => {
      timer.cancel();
      if (!error) next();
    });
  };
  const next = (): void => {
    timer = clock.setTimer(PING_INTERVAL, ping, { background: true });
  };
  next();
  session.once("close", () => timer.cancel());
}

/** A pool of one connection; after GOAWAY or a break the next stream opens a new one. */
export function createSessionPool(connection: Connection, clock: Clock): SessionPool {
  let current: Promise<ClientHttp2Session> | undefined;
  let closed = false;
  const forget = (): void => {
    current = undefined;
  };
  const live = async (): Promise<ClientHttp2Session> => {
    if (closed) throw new ConnectionError("the connection was closed by us", false);
    current ??= dial(connection, clock).then((session) => {
      session.once("close", forget);
      session.once("goaway", forget);
      keepPinging(session, clock);
      return session;
    });
    const opening = current;
    try {
      return await opening;
    } catch (error) {
      if (current === opening) forget();
      throw error;
    }
  };
  return {
    async open(headers, hasBody) {
      const session = await live();
      if (session.destroyed || session.closed) {
        forget();
        return this.open(headers, hasBody);
      }
      return session.request({ ...headers, [constants.HTTP2_HEADER_SCHEME]: "https" }, { endStream: !hasBody });
    },
    close() {
      closed = true;
      void current?.then(
        (session) => session.destroy(),
        () => {},
      );
    },
  };
}
