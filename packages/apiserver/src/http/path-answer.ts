// Sends the answers of paths that are not resources; documents may be kept by clients.
import type { Call } from "./call.ts";
import { jsonCodec } from "./codec.ts";
import { contentType } from "./negotiate.ts";
import type { PathAnswer } from "./route.ts";
import { sendBody, sendPieces } from "./send.ts";

/** For how long a document that never changes may be kept (milliseconds): a year. */
const FOREVER = 365 * 24 * 3_600_000;

/** Sets the headers of a document that clients may keep; true when the client has it already and was told so. */
function unchanged({ parts, exchange, headers }: Call, etag: string, immutable = false): boolean {
  headers["etag"] = `"${etag}"`;
  headers["vary"] = "Accept";
  headers["cache-control"] = immutable ? "public, immutable" : "public";
  if (immutable) headers["expires"] = new Date(parts.clock.now() + FOREVER).toUTCString();
  if (!exchange.request.headers["if-none-match"]?.includes(etag)) return false;
  exchange.response.head(304, headers);
  exchange.response.end();
  return true;
}

function redirect({ exchange, headers }: Call, location: string): void {
  exchange.response.head(301, { ...headers, location, "content-length": "0" });
  exchange.response.end();
}

export async function sendPathAnswer(call: Call, answer: PathAnswer): Promise<void> {
  if ("redirect" in answer) return redirect(call, answer.redirect);
  if ("text" in answer) {
    call.headers["x-content-type-options"] = "nosniff";
    const pieces = [new TextEncoder().encode(answer.text)];
    return sendPieces(call, { status: answer.status, pieces, contentType: "text/plain; charset=utf-8" });
  }
  const { etag, immutable } = answer;
  if (etag !== undefined && unchanged(call, etag, immutable)) return;
  if ("bytes" in answer) {
    return sendPieces(call, { status: 200, pieces: [answer.bytes], contentType: answer.contentType });
  }
  const { shape, value, codec = jsonCodec, type = contentType({ codec, shape }) } = answer;
  await sendBody(call, { status: 200, body: value, codec, contentType: type });
}
