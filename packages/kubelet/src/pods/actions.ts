// What a plan can ask the worker to do for one pod. Actions of one plan may run at the same time; each has one target.
import type { Backoff } from "./backoff.ts";
import type { Declared } from "./view.ts";

export type PodAction =
  /** Mount volumes, make the pod's groups and folders, run a sandbox. */
  | { readonly type: "create-sandbox"; readonly attempt: number }
  | { readonly type: "stop-sandbox"; readonly id: string }
  /** Stops it first; its containers go with it. */
  | { readonly type: "remove-sandbox"; readonly id: string }
  | StartAction
  | StopAction
  | { readonly type: "remove-container"; readonly id: string; readonly name: string }
  /** Everything has stopped: give back volumes, groups and folders, and let go of the API object. */
  | { readonly type: "release" };

export interface StartAction {
  readonly type: "start";
  readonly container: Declared;
  readonly sandboxId: string;
  readonly restartCount: number;
  /** The crash back-off that holds after this start; absent when no earlier run ended. */
  readonly crash?: Backoff;
}

/** preStop hook (unless `hurry`), the stop signal, and SIGKILL at `deadline` (milliseconds since the epoch). */
export interface StopAction {
  readonly type: "stop";
  readonly id: string;
  readonly name: string;
  readonly deadline: number;
  /** For the event; says why. */
  readonly message: string;
  /** Another stop is under way and takes too long. */
  readonly hurry?: boolean;
}

/** What to do now, and when to look again (milliseconds since the epoch) even if nothing happens. */
export interface PodPlan {
  readonly actions: readonly PodAction[];
  readonly wakeAt?: number;
}

/** Joins plans; the earliest wake-up counts. */
export function joined(...plans: readonly PodPlan[]): PodPlan {
  const wakes = plans.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt]));
  const actions = plans.flatMap((plan) => plan.actions);
  return wakes.length === 0 ? { actions } : { actions, wakeAt: Math.min(...wakes) };
}

export const NOTHING: PodPlan = { actions: [] };
export const act = (...actions: readonly PodAction[]): PodPlan => ({ actions });
export const waitUntil = (wakeAt: number): PodPlan => ({ actions: [], wakeAt });
