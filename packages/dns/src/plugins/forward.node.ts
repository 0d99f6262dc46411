// Asks name servers outside: over UDP, again over TCP when the answer was cut, the next server when one is silent.
import { createSocket } from "node:dgram";
import { isIPv6, Socket } from "node:net";
import { type Random, realClock } from "@knots/std";
import type { Answer, Plugin, Question } from "../resolver.ts";
import { decodeAnswer, encodeQuery, isTruncated, messageId } from "../wire.node.ts";

export interface ForwardOptions {
  /** Addresses of name servers (`address` or `address:port`), tried in order; asked before every question. */
  readonly servers: () => Promise<readonly string[]>;
  readonly random: Random;
  /** Milliseconds that one server may take; 2000 when not given. */
  readonly timeout?: number;
  /** Questions under way at once; more are answered SERVFAIL. */
  readonly limit?: number;
}

const SERVFAIL: Answer = { code: "SERVFAIL", authoritative: false, answers: [] };
const PORT = 53;

/** `address` or `address:port`. */
function split(server: string): { readonly host: string; readonly port: number } {
  const match = /^(.*):(\d+)$/.exec(server);
  if (!match || isIPv6(server)) return { host: server, port: PORT };
  return { host: match[1] ?? "", port: Number(match[2]) };
}

/** What an exchange needs: the encoded question and where it goes. */
interface Exchange {
  readonly query: Uint8Array;
  readonly server: string;
  readonly timeout: number;
}

function overUdp({ query, server, timeout }: Exchange): Promise<Uint8Array> {
  const { host, port } = split(server);
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
    const finish = (error?: Error, answer?: Uint8Array): void => {
      timer.cancel();
      socket.close();
      if (answer) resolve(answer);
      else reject(error);
    };
    const timer = realClock.setTimer(timeout, () => finish(new Error(`name server ${server} did not answer`)));
    socket.once("error", finish);
    socket.on("message", (message) => {
      if (messageId(message) === messageId(query)) finish(undefined, message);
    });
    socket.connect(port, host, () => socket.send(query));
  });
}

function overTcp({ query, server, timeout }: Exchange): Promise<Uint8Array> {
  const { host, port } = split(server);
  return new Promise((resolve, reject) => {
    const socket = new Socket();
    const parts: Buffer[] = [];
    const timer = realClock.setTimer(timeout, () => socket.destroy(new Error(`name server ${server} did not answer`)));
    socket.once("error", reject);
    socket.once("close", () => {
      timer.cancel();
      reject(new Error(`name server ${server} closed the connection`));
    });
    socket.on("data", (part: Buffer) => {
      parts.push(part);
      const all = Buffer.concat(parts);
      if (all.length < 2 || all.length < 2 + all.readUInt16BE(0)) return;
      resolve(all.subarray(2, 2 + all.readUInt16BE(0)));
      socket.destroy();
    });
    socket.connect(port, host, () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query]));
    });
  });
}

async function ask(question: Question, server: string, options: ForwardOptions): Promise<Answer> {
  const query = encodeQuery(question, options.random.below(0x1_0000));
  const exchange = { query, server, timeout: options.timeout ?? 2000 };
  const first = await overUdp(exchange);
  return decodeAnswer(isTruncated(first) ? await overTcp(exchange) : first);
}

/** Forwards what reaches it; SERVFAIL when no server answers. */
export function forward(options: ForwardOptions): Plugin {
  const limit = options.limit ?? 1000;
  let running = 0;
  return async (question) => {
    if (running >= limit) return SERVFAIL;
    running++;
    try {
      for (const server of await options.servers()) {
        const answer = await ask(question, server, options).catch(() => undefined);
        if (answer && answer.code !== "SERVFAIL" && answer.code !== "REFUSED") return answer;
      }
      return SERVFAIL;
    } finally {
      running--;
    }
  };
}
