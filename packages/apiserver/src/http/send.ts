// Sends what a request came to: a value in its format, or a failure.
import type { ApiError } from "@knots/machinery";
import type { Call } from "./call.ts";
import type { Codec } from "./codec.ts";
import { codecForFailure } from "./negotiate.ts";
import { warningHeader } from "./warnings.ts";
import { type Outgoing, writeAnswer } from "./write-answer.ts";

/** A value on its way out. */
export interface Body {
  readonly status: number;
  readonly body: object;
  readonly codec: Codec;
  readonly contentType: string;
}

/** Sends pieces with the headers and warnings that have gathered. */
export function sendPieces(call: Call, outgoing: Omit<Outgoing, "headers">): Promise<void> {
  const { parts, exchange, headers, warnings } = call;
  const warning = warnings.length > 0 ? { warning: warnings.map(warningHeader) } : {};
  const { request, response } = exchange;
  return writeAnswer(request, response, { ...outgoing, headers: { ...headers, ...warning } }, parts.gzip);
}

export function sendBody(call: Call, { body, codec, ...rest }: Body): Promise<void> {
  return sendPieces(call, { ...rest, pieces: codec.encode(body, call.parts.schemaOf) });
}

export async function sendFailure(call: Call, error: ApiError): Promise<void> {
  const { response, request } = call.exchange;
  if (response.started) return response.end();
  const codec = codecForFailure(request.headers["accept"]);
  const { status } = error;
  const { retryAfterSeconds } = status.details ?? {};
  if (retryAfterSeconds !== undefined) call.headers["retry-after"] = String(retryAfterSeconds);
  if (status.code === 401) call.headers["www-authenticate"] = 'Bearer realm="kubernetes"';
  await sendBody(call, { status: status.code, body: status, codec, contentType: codec.mediaType });
}
