// Runs the `kts` command as a user would, with a home of its own.
import { execFile } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";

const KTS = new URL("../bin/kts", import.meta.url).pathname;

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command with `home` as the user's folder. */
export function ktsWith(home: string) {
  return (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> =>
    new Promise((resolve) => {
      const around = { ...process.env, LC_ALL: "C.UTF-8", HOME: home, ...env };
      execFile(KTS, args, { timeout: 60_000, env: around }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
      );
    });
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: found } = probe.address() as AddressInfo;
      probe.close(() => resolve(found));
    });
  });
