// Program: stands for the containers of a pod. Says its name to who connects (TCP and UDP, port 8080) and dials on request.
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { connect, createServer, type Server } from "node:net";
import { createInterface } from "node:readline";

/** What an agent is asked to do; one line of JSON each. */
export interface Request {
  readonly id: number;
  readonly verb: "tcp" | "udp" | "resolve" | "stop-listening";
  /** Where to: an address for dialling; the name server's for resolving. */
  readonly host: string;
  readonly port: number;
  /** Name to resolve. */
  readonly name?: string;
  /** Sender's port of UDP. */
  readonly from?: number;
}
/** One line of JSON in answer. */
export interface Reply {
  readonly id: number;
  readonly answer?: string;
  readonly error?: string;
  /** How long it took. */
  readonly milliseconds: number;
}

const TIMEOUT = 3000;

/** What the other side says: `<its name> <how it sees us>`. */
export function dialTcp(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let text = "";
    const give = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(TIMEOUT, () => give(Object.assign(new Error("silence"), { code: "TIMEOUT" })));
    socket.on("data", (part: Buffer) => {
      text += part.toString();
    });
    socket.once("error", give);
    socket.once("end", () => resolve(text));
  });
}

export function dialUdp(host: string, port: number, from = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    const timer = setTimeout(() => finish(Object.assign(new Error("silence"), { code: "TIMEOUT" })), TIMEOUT);
    const finish = (error?: Error, answer = ""): void => {
      clearTimeout(timer);
      socket.close(() => (error ? reject(error) : resolve(answer)));
    };
    socket.once("error", finish);
    socket.once("message", (message) => finish(undefined, message.toString()));
    socket.bind(from, () => socket.connect(port, host, () => socket.send("who?")));
  });
}

async function resolveName(server: string, name: string): Promise<string> {
  const resolver = new Resolver({ timeout: TIMEOUT, tries: 1 });
  resolver.setServers([server]);
  return (await resolver.resolve4(name)).sort().join(" ");
}

function serve(name: string): Server {
  const udp = createSocket("udp4");
  udp.on("message", (_, from) => udp.send(`${name} ${from.address}`, from.port, from.address));
  udp.bind(8080);
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`${name} ${socket.remoteAddress}`);
  });
  server.listen(8080, "0.0.0.0", () => console.log(JSON.stringify({ id: 0, milliseconds: 0 })));
  return server;
}

async function perform({ verb, host, port, name = "", from }: Request): Promise<string> {
  if (verb === "tcp") return await dialTcp(host, port);
  if (verb === "udp") return await dialUdp(host, port, from);
  return await resolveName(host, name);
}

function main(name: string): void {
  serve(name);
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const request = JSON.parse(line) as Request;
      const start = performance.now();
      const reply = (part: Partial<Reply>): void =>
        console.log(JSON.stringify({ id: request.id, milliseconds: performance.now() - start, ...part }));
      perform(request).then(
        (answer) => reply({ answer }),
        (error: unknown) => reply({ error: String((error as { code?: unknown }).code ?? error) }),
      );
    })
    .on("close", () => process.exit());
}

const [name] = process.argv.slice(2);
if (import.meta.main && name !== undefined) main(name);
