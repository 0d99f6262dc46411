// Asks a health endpoint of one of our own servers.
import { request } from "node:https";
import { type Clock, sleep } from "@knots/std";

/** Where to ask, and whose signature to trust. */
export interface HealthTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly authority: string;
}

function statusOf({ host, port, path, authority }: HealthTarget, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const call = request({ host, port, path, ca: authority, agent: false, signal }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on("error", () => resolve(undefined));
    call.end();
  });
}

/** Resolves when the endpoint answers 200. */
export async function untilHealthy(target: HealthTarget, clock: Clock, signal: AbortSignal): Promise<void> {
  while ((await statusOf(target, signal)) !== 200) await sleep(clock, 50, signal);
}
