// Starts a request on a connection of its own.
import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { StreamTarget } from "./target.ts";

/** Header fields; several values are sent as fields of their own. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** The request is not sent before it is ended. */
export function startRequest({ url, tls }: StreamTarget, method: string, headers: Headers): ClientRequest {
  const options = {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers, host: url.host },
    agent: false,
  };
  if (url.protocol !== "https:") return httpRequest(options);
  const { insecure = false, ...identity } = tls ?? {};
  return httpsRequest({ ...options, ...identity, minVersion: "TLSv1.2", rejectUnauthorized: !insecure });
}
