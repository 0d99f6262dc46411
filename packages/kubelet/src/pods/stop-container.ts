// Stops one run of a container: preStop within the grace period, then the runtime's stop with what is left of it.
import type { Container, Pod } from "@knots/api";
import { runHook } from "../probes/check.ts";
import type { StopAction } from "./actions.ts";
import type { PodContext } from "./context.ts";
import { messageOf } from "./start-error.ts";

/** What the stop signal is always left with, in milliseconds. */
const LEAST = 2000;

export interface Stop {
  readonly pod: Pod;
  readonly action: StopAction;
  /** Undefined when the declaration is not known any more. */
  readonly container: Container | undefined;
  readonly ip: string;
  /** Aborts the hook only: the stop itself is wanted. */
  readonly signal: AbortSignal;
}

async function beforeStop(context: PodContext, { pod, action, container, ip, signal }: Stop): Promise<void> {
  const { runtime, clock, events } = context;
  const hook = container?.lifecycle?.preStop;
  const timeout = action.deadline - clock.now();
  if (!hook || !container || action.hurry || timeout <= 0) return;
  const target = { containerId: action.id, container, ip };
  try {
    await runHook(hook, { runtime, clock, target, timeout, signal });
  } catch (error) {
    if (signal.aborted) return;
    events(pod, "Warning", "FailedPreStopHook", `PreStopHook failed: ${messageOf(error)}`);
  }
}

/** Resolves when the run has ended. */
export async function stopContainer(context: PodContext, stop: Stop): Promise<void> {
  const { runtime, clock, events } = context;
  const { pod, action } = stop;
  const message = action.message === "Stopping container" ? `Stopping container ${action.name}` : action.message;
  if (!action.hurry) events(pod, "Normal", "Killing", message);
  await beforeStop(context, stop);
  const left = Math.max(LEAST, action.deadline - clock.now());
  await runtime.stopContainer(action.id, Math.ceil(left / 1000));
}
