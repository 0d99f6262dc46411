// Short answers.
import type { ServerResponse } from "node:http";

type Headers = Readonly<Record<string, string>>;

/** One line of text; git shows it to its user. */
export function sendText(response: ServerResponse, status: number, text: string, headers: Headers = {}): void {
  send(response, status, `${text}\n`, { "content-type": "text/plain; charset=utf-8", ...headers });
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, JSON.stringify(value), { "content-type": "application/json" });
}

function send(response: ServerResponse, status: number, body: string, headers: Headers): void {
  response.writeHead(status, { "cache-control": "no-store", "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}
