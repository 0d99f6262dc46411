// Exchanges over HTTP/2, on the stream API of Node's core.
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { TLSSocket } from "node:tls";
import { readAll } from "./body.node.ts";
import { certificateOf } from "./certificate.node.ts";
import type { Exchange } from "./exchange.ts";
import { CLIENT_LEFT, headersOf, targetOf } from "./http1.node.ts";

/** The exchange of a stream. */
export function http2Exchange(stream: ServerHttp2Stream, incoming: IncomingHttpHeaders): Exchange {
  const gone = new AbortController();
  const leave = (): void => gone.abort(CLIENT_LEFT);
  // Errors of a stream say that the client is gone; without a listener they would end the process.
  stream.on("error", leave);
  stream.on("close", leave);
  const headers = headersOf(incoming);
  const socket = stream.session?.socket as TLSSocket | undefined;
  return {
    request: {
      method: headers[":method"] ?? "GET",
      ...targetOf(headers[":path"] ?? "/"),
      headers,
      certificate: socket && certificateOf(socket),
      signal: gone.signal,
      body: (limit) => readAll(stream, limit, headers["content-length"]),
    },
    response: {
      get started() {
        return stream.headersSent;
      },
      head(status, fields) {
        if (!stream.destroyed && !stream.closed) stream.respond({ ":status": status, ...fields });
      },
      write: (bytes) =>
        new Promise((resolve) => {
          if (stream.destroyed || stream.closed || stream.write(bytes)) return resolve();
          const done = (): void => {
            stream.off("drain", done);
            stream.off("close", done);
            resolve();
          };
          stream.once("drain", done);
          stream.once("close", done);
        }),
      end(bytes) {
        if (!stream.destroyed && !stream.writableEnded) stream.end(bytes);
      },
      abort() {
        if (!stream.destroyed) stream.close(constants.NGHTTP2_CANCEL);
      },
    },
  };
}
