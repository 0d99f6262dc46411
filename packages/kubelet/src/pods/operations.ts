// What is being done for one pod: each target has at most one operation; the end of each wakes the worker.
import { type BackoffOptions, backoffDelay, sleep } from "@knots/std";
import type { PodAction } from "./actions.ts";
import type { PodContext } from "./context.ts";
import { messageOf, StartError, type StartReason } from "./start-error.ts";
import { type Busy, RELEASE, SANDBOX, type StartFailure } from "./view.ts";

/** Waits after failed starts, by reason, in milliseconds. */
const PULL: BackoffOptions = { base: 10_000, max: 300_000 };
const CONFIG: BackoffOptions = { base: 2000, max: 60_000 };
const SCOPE: BackoffOptions = { base: 500, max: 30_000 };
/** Waits after other failures, during which the target counts as busy. */
const CLEANING: BackoffOptions = { base: 500, max: 30_000 };

const isPull = (reason: StartReason): boolean => reason.includes("Image");

export function targetOf(action: PodAction): string {
  switch (action.type) {
    case "create-sandbox":
      return SANDBOX;
    case "start":
      return action.container.spec.name;
    case "stop":
      return action.name;
    case "release":
      return RELEASE;
    case "stop-sandbox":
    case "remove-sandbox":
    case "remove-container":
      return action.id;
  }
}

function busyOf(action: PodAction): Busy {
  switch (action.type) {
    case "create-sandbox":
    case "stop-sandbox":
      return { type: "sandbox" };
    case "start":
      return { type: "start" };
    case "stop":
      return { type: "stop", deadline: action.deadline };
    case "release":
      return { type: "release" };
    case "remove-sandbox":
    case "remove-container":
      return { type: "remove" };
  }
}

/** Carries out one action; rejects when it could not be done. */
export type Perform = (action: PodAction, signal: AbortSignal) => Promise<void>;

interface Running {
  busy: Busy;
  readonly stop: AbortController;
}

/** Operations of one pod, with the failures that its plan has to know. */
export class Operations {
  readonly failures = new Map<string, StartFailure>();
  readonly #running = new Map<string, Running>();
  readonly #cleaning = new Map<string, number>();
  readonly #context: Pick<PodContext, "clock" | "log">;
  readonly #perform: Perform;
  readonly #ended: () => void;
  readonly #signal: AbortSignal;

  constructor(
    context: Pick<PodContext, "clock" | "log">,
    options: { readonly perform: Perform; readonly ended: () => void; readonly signal: AbortSignal },
  ) {
    this.#context = context;
    this.#perform = options.perform;
    this.#ended = options.ended;
    this.#signal = options.signal;
  }

  get busy(): ReadonlyMap<string, Busy> {
    return new Map([...this.#running].map(([target, { busy }]) => [target, busy]));
  }

  /** Starts the action's operation. A hurried stop joins the one that is under way. */
  begin(action: PodAction): void {
    const target = targetOf(action);
    const known = this.#running.get(target);
    const running = known ?? { busy: busyOf(action), stop: new AbortController() };
    running.busy = busyOf(action);
    this.#running.set(target, running);
    // #run handles every failure.
    void this.#run(action, running.stop.signal).then(() => {
      if (known || this.#running.get(target) !== running) return;
      this.#running.delete(target);
      this.#ended();
    });
  }

  /** Gives up starting anything. */
  cancelStarts(): void {
    for (const { busy, stop } of this.#running.values())
      if (busy.type === "start" || busy.type === "sandbox")
        stop.abort(new Error("the pod is not to be started any more"));
  }

  async #run(action: PodAction, stopped: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopped, this.#signal]);
    const target = targetOf(action);
    try {
      await this.#perform(action, signal);
      this.#cleaning.delete(target);
      if (action.type === "start" || action.type === "create-sandbox") this.failures.delete(target);
    } catch (error) {
      if (signal.aborted) return;
      if (action.type === "start") this.#failed(target, error, { hash: action.container.hash });
      else if (action.type === "create-sandbox") this.#failed(target, error, { hash: "" });
      else await this.#waitAfter(target, error, signal);
    }
  }

  #failed(target: string, error: unknown, { hash }: { readonly hash: string }): void {
    const { clock, log } = this.#context;
    const known = this.failures.get(target);
    const count = known?.hash === hash ? known.count + 1 : 1;
    const reason = error instanceof StartError ? error.reason : "CreateContainerError";
    if (!(error instanceof StartError)) log.warn("an operation on a pod failed", { target, error });
    const waits = target === SANDBOX ? SCOPE : isPull(reason) ? PULL : CONFIG;
    const at = clock.now();
    const retryAt = at + backoffDelay(waits, count);
    this.failures.set(target, { reason, message: messageOf(error), at, retryAt, count, hash });
  }

  async #waitAfter(target: string, error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context;
    const count = (this.#cleaning.get(target) ?? 0) + 1;
    this.#cleaning.set(target, count);
    log.warn("an operation on a pod failed and is tried again", { target, error });
    await sleep(clock, backoffDelay(CLEANING, count), signal).catch(() => {});
  }
}
