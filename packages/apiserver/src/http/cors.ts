// Pages of other origins in browsers (CORS): which may call, and the headers that tell the browser so.
import type { Call } from "./call.ts";

const METHODS = ["POST", "GET", "OPTIONS", "PUT", "DELETE", "PATCH"].join(", ");
const HEADERS = [
  "Content-Type",
  "Content-Length",
  "Accept-Encoding",
  "X-CSRF-Token",
  "Authorization",
  "X-Requested-With",
  "If-Modified-Since",
].join(", ");

/** Adds the headers for an allowed origin; true when the request was the browser's question beforehand, and is answered. */
export function answerCors({ parts, exchange, headers }: Call): boolean {
  const { request, response } = exchange;
  const { origin } = request.headers;
  if (origin === undefined || !parts.origins.some((allowed) => allowed.test(origin))) return false;
  headers["access-control-allow-origin"] = origin;
  headers["access-control-allow-methods"] = METHODS;
  headers["access-control-allow-headers"] = HEADERS;
  headers["access-control-expose-headers"] = "Date";
  headers["access-control-allow-credentials"] = "true";
  if (request.method !== "OPTIONS") return false;
  response.head(204, headers);
  response.end();
  return true;
}
