// Exchanges over HTTP/1.1.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { readAll } from "./body.node.ts";
import { certificateOf } from "./certificate.node.ts";
import type { Exchange, Headers } from "./exchange.ts";

/** Why a request was given up; one for all, because every HTTP/2 stream closes with it. */
export const CLIENT_LEFT = new Error("the client has left");

/** Headers with repeated values joined. */
export function headersOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Headers {
  const joined: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    joined[name] = typeof value === "object" ? value.join(", ") : value;
  }
  return joined;
}

/** Path and query of a request target. */
export function targetOf(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path, query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)) };
}

/** The exchange of a request and its response. */
export function http1Exchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort(CLIENT_LEFT);
  });
  const headers = headersOf(request.headers);
  return {
    request: {
      method: request.method ?? "GET",
      ...targetOf(request.url ?? "/"),
      headers,
      certificate: certificateOf(request.socket as TLSSocket),
      signal: gone.signal,
      body: (limit) => readAll(request, limit, headers["content-length"]),
    },
    response: {
      get started() {
        return response.headersSent;
      },
      head(status, fields) {
        // A body that nobody reads must not be taken for the next request.
        const close = request.complete ? {} : { connection: "close" };
        response.writeHead(status, { ...(fields as Record<string, string | string[]>), ...(status >= 400 && close) });
        response.flushHeaders();
      },
      write: (bytes) =>
        new Promise((resolve) => {
          if (response.destroyed || response.write(bytes)) return resolve();
          const done = (): void => {
            response.off("drain", done);
            response.off("close", done);
            resolve();
          };
          response.once("drain", done);
          response.once("close", done);
        }),
      end: (bytes) => void response.end(bytes),
      abort: () => void response.destroy(),
    },
  };
}
