// One owner at a time for a data directory: a bound unix socket, which the kernel releases however its owner ends.
import { mkdir, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { dirname } from "node:path";
import { hasCode } from "./atomic.node.ts";

/** Bytes of a unix socket's path that Linux accepts, without the closing zero. */
export const maxSocketPath = 107;

/** Throws an error that names the path when it is too long to be a unix socket's address. */
export function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length > maxSocketPath) {
    throw new Error(
      `the socket path ${path} has ${length} bytes, Linux allows ${maxSocketPath}: choose a shorter --data-dir`,
    );
  }
}

/** Another living process holds the socket. */
export class AlreadyOwnedError extends Error {
  readonly socket: string;
  constructor(socket: string) {
    super(`already in use by a running process (it listens on ${socket})`);
    this.name = "AlreadyOwnedError";
    this.socket = socket;
  }
}

export interface Ownership extends AsyncDisposable {
  release(): Promise<void>;
}

/** Binds the socket, replacing one whose owner is dead. Rejects with AlreadyOwnedError when its owner lives. */
export async function acquireOwnership(socket: string): Promise<Ownership> {
  checkSocketPath(socket);
  await mkdir(dirname(socket), { recursive: true, mode: 0o700 });
  let server: Server;
  try {
    server = await listen(socket);
  } catch (error) {
    if (!hasCode(error, "EADDRINUSE")) throw error;
    if (await answers(socket)) throw new AlreadyOwnedError(socket);
    await rm(socket, { force: true });
    server = await listen(socket).catch((second: unknown) => {
      throw hasCode(second, "EADDRINUSE") ? new AlreadyOwnedError(socket) : second;
    });
  }
  server.unref();
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { release, [Symbol.asyncDispose]: release };
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

/** Whether somebody accepts connections on a unix socket. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
