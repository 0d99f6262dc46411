// The log that a request wants, as bytes.
import type { Clock } from "@knots/std";
import { LogQueryError, parseLogQuery } from "../logs/options.ts";
import { readLog } from "../logs/read.node.ts";
import { containerEnded, type PodChanges } from "./container-ended.ts";
import { RequestError } from "./error.ts";
import { findContainer, findPod, type LookupOptions, loggedInstance } from "./lookup.ts";
import type { PodName } from "./routes.ts";

export interface ContainerLogOptions extends LookupOptions {
  readonly changes: PodChanges;
  readonly clock: Clock;
}

function requestOf(query: URLSearchParams, now: number) {
  try {
    return parseLogQuery(query, now);
  } catch (error) {
    if (error instanceof LogQueryError) throw new RequestError(422, error.message);
    throw error;
  }
}

/** Opens the log; rejects with a RequestError when there is none. A log that is followed ends with its container. */
export async function containerLog(
  target: { readonly pod: PodName; readonly container: string },
  query: URLSearchParams,
  options: ContainerLogOptions,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const pod = findPod(options, target.pod);
  findContainer(pod, target.container);
  const { previous, ...wanted } = requestOf(query, options.clock.now());
  const instance = await loggedInstance(options, pod, target.container, previous);
  if (!instance.logPath) throw new RequestError(500, `container "${target.container}" has no log`);
  const running = wanted.follow && instance.phase === "running";
  const ended = running ? containerEnded(options.changes, pod.metadata.uid, instance.id, signal) : Promise.resolve();
  return readLog({ ...wanted, path: instance.logPath, signal, ended });
}
