// A cluster of real containers started by `kts up`, with a client and a few words to wait by.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { type Client, createClient } from "@knots/client";
import { connectionOf, createHttpsTransport, readKubeconfig } from "@knots/host";
import { realClock, sleep } from "@knots/std";

export const KTS = new URL("../../../bin/kts", import.meta.url).pathname;

export interface Ports {
  readonly api: number;
  readonly http: number;
  readonly https: number;
}
export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end; never throws. */
export function program(path: string, args: readonly string[], timeout = 180_000): Promise<Result> {
  return new Promise((resolve) => {
    execFile(path, args, { timeout, env: { ...process.env, LC_ALL: "C.UTF-8" } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

export const kts = (...args: readonly string[]): Promise<Result> => program(KTS, args);

/** Starts a cluster on `dataDir`, detached. */
export const up = (dataDir: string, { api, http, https }: Ports, ...more: readonly string[]): Promise<Result> =>
  kts(
    "up",
    "--detach",
    "--data-dir",
    dataDir,
    "--api-port",
    String(api),
    "--http-port",
    String(http),
    "--https-port",
    String(https),
    ...more,
  );

/** The administrator's client; close it when done. */
export async function adminClient(dataDir: string): Promise<{ readonly client: Client; readonly close: () => void }> {
  const path = `${dataDir}/kubeconfig`;
  const config = await readKubeconfig(path);
  if (!config) throw new Error(`no kubeconfig in ${dataDir}`);
  const transport = createHttpsTransport(await connectionOf(config, path));
  return { client: createClient(transport), close: () => transport.close() };
}

/** Pid of one of the cluster's processes. */
export async function pidOf(dataDir: string, part: string): Promise<number> {
  return (JSON.parse(await readFile(`${dataDir}/run/${part}.json`, "utf8")) as { readonly pid: number }).pid;
}

/** Resolves when `condition` holds; rejects after `limit` milliseconds with what it last said. */
export async function until(what: string, condition: () => Promise<boolean>, limit = 60_000): Promise<void> {
  const end = realClock.monotonic() + limit;
  let last: unknown;
  while (realClock.monotonic() < end) {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(realClock, 50);
  }
  throw new Error(`not within ${limit} ms: ${what}`, { cause: last });
}
