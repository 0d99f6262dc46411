// Writes the status of one pod: only the latest, only when it differs, until the server has it.
import { Pod, type PodStatus } from "@knots/api";
import { type Client, compareRevisions } from "@knots/client";
import { isApiError } from "@knots/machinery";
import { type BackoffOptions, backoffDelay, type Clock, type Deferred, deferred, type Logger, sleep } from "@knots/std";
import { statusPatch } from "./status-patch.ts";

export interface StatusWriterOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface StatusWriter {
  /** The server's latest object, as the informer brings it. */
  seen(pod: Pod): void;
  /** The server's latest object, from the informer or from our own writes. */
  readonly latest: Pod;
  want(status: PodStatus): void;
  /** Resolves when the server has the wanted status, or has the pod no more. */
  flushed(): Promise<void>;
}

const RETRY: BackoffOptions = { base: 200, max: 10_000 };

class Writer implements StatusWriter {
  readonly #options: StatusWriterOptions;
  #latest: Pod;
  #wanted: PodStatus | undefined;
  #gone = false;
  #running = false;
  #waiting: Deferred<void>[] = [];

  constructor(options: StatusWriterOptions, pod: Pod) {
    this.#options = options;
    this.#latest = pod;
  }

  get latest(): Pod {
    return this.#latest;
  }

  seen(pod: Pod): void {
    const older = compareRevisions(pod.metadata.resourceVersion, this.#latest.metadata.resourceVersion) < 0;
    if (!older) this.#latest = pod;
  }

  want(status: PodStatus): void {
    this.#wanted = status;
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  flushed(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    const wait = deferred();
    this.#waiting.push(wait);
    return wait.promise;
  }

  async #run(): Promise<void> {
    const { clock, signal, log } = this.#options;
    for (let failures = 0; !this.#gone && !signal.aborted; ) {
      const patch = this.#wanted && statusPatch(this.#latest.status ?? {}, this.#wanted, this.#latest.metadata.uid);
      if (!patch) break;
      try {
        await this.#write(patch);
        failures = 0;
      } catch (error) {
        failures++;
        if (failures === 3)
          log.warn("the status of a pod cannot be written", { pod: this.#latest.metadata.name, error });
        await sleep(clock, backoffDelay(RETRY, failures), signal).catch(() => {});
      }
    }
    this.#running = false;
    for (const wait of this.#waiting.splice(0)) wait.resolve();
  }

  async #write(body: NonNullable<ReturnType<typeof statusPatch>>): Promise<void> {
    const { client, signal } = this.#options;
    const { namespace, name } = this.#latest.metadata;
    const patch = { type: "application/strategic-merge-patch+json", body } as const;
    try {
      this.seen(await client.patch(Pod, { namespace, name }, patch, { subresource: "status", signal }));
    } catch (error) {
      // A conflict can only be about the uid: another pod has taken the name.
      if (!isApiError(error, "NotFound", "Conflict")) throw error;
      this.#gone = true;
    }
  }
}

/** Creates the writer of one pod, which starts from what the server has. */
export const createStatusWriter = (options: StatusWriterOptions, pod: Pod): StatusWriter => new Writer(options, pod);
