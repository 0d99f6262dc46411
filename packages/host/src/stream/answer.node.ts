// Answers of HTTP/1.1 written on a bare connection, as they are needed when an upgrade was asked for.
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Ends the connection with a short answer in plain text (or another type). */
export function refuseUpgrade(socket: Duplex, status: number, text: string, type?: string): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = Buffer.from(text);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}`,
    `Content-Type: ${type ?? "text/plain; charset=utf-8"}`,
    `Content-Length: ${body.length}`,
    "X-Content-Type-Options: nosniff",
    "Connection: close",
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
}

/** Passes the head of an answer on as it came: the order and spelling of its fields stay. */
export function headBytes(answer: IncomingMessage): Buffer {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage || STATUS_CODES[answer.statusCode ?? 0] || ""}`];
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2)
    lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
