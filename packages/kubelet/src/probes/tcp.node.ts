// One TCP connection of a probe.
import { connect } from "node:net";

/** Opens a connection and closes it again; rejects when that fails or takes more than `timeout` milliseconds. */
export function tcpConnect(host: string, port: number, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (error?: Error): void => {
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    socket.setTimeout(timeout, () => end(new Error(`dial tcp ${host}:${port}: i/o timeout`)));
    socket.once("connect", () => end());
    socket.once("error", (error) => end(new Error(`dial tcp ${host}:${port}: ${error.message}`, { cause: error })));
  });
}
