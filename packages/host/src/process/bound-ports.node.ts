// Ports that only root may listen on, bound before root is given up and taken over by the servers that need them.
import { createServer, type Server } from "node:net";

/** A listening server of this address and port, to be given to another server's `listen`; undefined when none was bound. */
export type BoundPorts = (host: string, port: number) => Server | undefined;

export interface WantedAddress {
  readonly host: string;
  readonly port: number;
}

/** Below this, Linux lets only root listen. */
const UNPRIVILEGED = 1024;

function bind({ host, port }: WantedAddress): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((early) => early.destroy());
    server.once("error", reject);
    server.listen({ host, port }, () => resolve(server));
  });
}

/** Binds those that need root. Whoever connects before they are taken over is turned away. */
export async function bindRootPorts(wanted: readonly WantedAddress[]): Promise<BoundPorts> {
  const bound = new Map<string, Server>();
  const keyOf = (host: string, port: number): string => `${host} ${port}`;
  for (const each of wanted) {
    if (each.port > 0 && each.port < UNPRIVILEGED) bound.set(keyOf(each.host, each.port), await bind(each));
  }
  return (host, port) => bound.get(keyOf(host, port));
}
