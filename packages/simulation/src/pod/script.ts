// How simulated containers behave: when they start, become ready, end and stop.
import type { Pod } from "@knots/api";

/** One container's life; times in milliseconds. */
export interface ContainerScript {
  /** From the pod's arrival (or the restart) to the start: image pull and so on. */
  readonly startAfter?: number;
  /** From the start until it is ready. */
  readonly readyAfter?: number;
  /** From the start until it ends by itself; absent means that it runs until it is stopped. */
  readonly endsAfter?: number;
  /** With which code it ends by itself. */
  readonly exitCode?: number;
  /** From the stop signal until it has ended; longer than the grace period means that it is killed. */
  readonly stopAfter?: number;
  /** What it uses while it runs. */
  readonly usage?: { readonly cpu: string; readonly memory: string };
}

/** Chooses the script of a container; called again and again, so it must answer the same for the same pod. */
export type Behaviour = (pod: Pod, container: string) => ContainerScript;

/** Starts at once, is ready at once, runs for ever and stops at once. */
export const steady: Behaviour = () => ({});
