// Runs the probes of all containers of this node, each in its own rhythm, and keeps what they conclude.
import type { Pod } from "@knots/api";
import { type Clock, deepEqual, sleep } from "@knots/std";
import type { Verdict } from "../pods/view.ts";
import type { CheckResult, ProbeTarget } from "./check.ts";
import {
  initialState,
  nextState,
  type ProbeKind,
  type ProbeRules,
  type ProbeState,
  probesOf,
  verdictOf,
} from "./probe.ts";

/** A run that is to be probed. */
export interface Probed extends ProbeTarget {
  /** When it started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** What an earlier process of the agent wrote about this very run: believed until the probes know better. */
  readonly believed?: Pick<Verdict, "started" | "ready">;
}

export interface ProbesOptions {
  readonly clock: Clock;
  readonly check: (target: ProbeTarget, rules: ProbeRules) => Promise<CheckResult>;
  /** A verdict has changed. */
  readonly changed: (podUid: string) => void;
  /** A look has failed. */
  readonly unhealthy: (pod: Pod, target: ProbeTarget, kind: ProbeKind, message: string) => void;
}

export interface Probes {
  /**
   * Probes exactly these runs of the pod from now on. With `ending` only readiness goes on, for a container that is
   * being stopped is neither late nor dead.
   */
  sync(pod: Pod, runs: readonly Probed[], ending: boolean): void;
  /** What is held of a run; of one without probes, that it is fine. */
  verdict(containerId: string): Verdict | undefined;
  stop(podUid: string): void;
  close(): void;
}

interface Watched {
  readonly run: Probed;
  readonly rules: readonly ProbeRules[];
  readonly states: Map<ProbeKind, ProbeState>;
  readonly loops: Map<ProbeKind, AbortController>;
  verdict: Verdict;
}

/** States before the first look; what was written about this run is believed. */
function firstStates(rules: readonly ProbeRules[], believed: Probed["believed"]): Map<ProbeKind, ProbeState> {
  const known = (kind: ProbeKind): boolean =>
    kind === "startup" ? (believed?.started ?? false) : kind === "readiness" && (believed?.ready ?? false);
  const state = (kind: ProbeKind): ProbeState =>
    known(kind) ? { verdict: "success", last: "success", count: 1 } : initialState(kind);
  return new Map(rules.map(({ kind }) => [kind, state(kind)]));
}

class Prober {
  readonly #options: ProbesOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #pods = new Map<string, { pod: Pod; ids: ReadonlySet<string>; ending: boolean }>();

  constructor(options: ProbesOptions) {
    this.#options = options;
  }

  sync(pod: Pod, runs: readonly Probed[], ending: boolean): void {
    const { uid } = pod.metadata;
    const ids = new Set(runs.map(({ containerId }) => containerId));
    for (const id of this.#pods.get(uid)?.ids ?? []) if (!ids.has(id)) this.#forget(id);
    this.#pods.set(uid, { pod, ids, ending });
    for (const run of runs) this.#watch(uid, run);
  }

  verdict(id: string): Verdict | undefined {
    return this.#watched.get(id)?.verdict;
  }

  stop(uid: string): void {
    for (const id of this.#pods.get(uid)?.ids ?? []) this.#forget(id);
    this.#pods.delete(uid);
  }

  close(): void {
    for (const uid of this.#pods.keys()) this.stop(uid);
  }

  #forget(id: string): void {
    for (const loop of this.#watched.get(id)?.loops.values() ?? []) loop.abort();
    this.#watched.delete(id);
  }

  #watch(uid: string, run: Probed): void {
    const known = this.#watched.get(run.containerId);
    const rules = known?.rules ?? probesOf(run.container);
    const states = known?.states ?? firstStates(rules, run.believed);
    const watched = known ?? { run, rules, states, loops: new Map(), verdict: verdictOf(rules, states) };
    this.#watched.set(run.containerId, watched);
    this.#tend(uid, watched);
  }

  /** Starts the loops that are due: startup first, the others once it has passed. */
  #tend(uid: string, watched: Watched): void {
    const ending = this.#pods.get(uid)?.ending ?? true;
    for (const rules of watched.rules) {
      const { kind } = rules;
      const due = kind === "startup" ? !watched.verdict.started : watched.verdict.started;
      const wanted = due && (!ending || kind === "readiness");
      const loop = watched.loops.get(kind);
      if (!wanted) loop?.abort();
      if (!wanted) watched.loops.delete(kind);
      if (wanted && !loop) this.#begin(uid, watched, rules);
    }
  }

  #begin(uid: string, watched: Watched, rules: ProbeRules): void {
    const stop = new AbortController();
    watched.loops.set(rules.kind, stop);
    // Aborting is the only way a loop ends.
    this.#loop(uid, watched, { rules, signal: stop.signal }).catch(() => {});
  }

  async #loop(uid: string, watched: Watched, { rules, signal }: { rules: ProbeRules; signal: AbortSignal }) {
    const { clock, check } = this.#options;
    await sleep(clock, Math.max(0, watched.run.startedAt + rules.initialDelay - clock.now()), signal);
    for (;;) {
      const begun = clock.monotonic();
      const result = await check(watched.run, rules);
      signal.throwIfAborted();
      this.#take(uid, watched, rules, result);
      await sleep(clock, Math.max(0, rules.period - (clock.monotonic() - begun)), signal);
    }
  }

  #take(uid: string, watched: Watched, rules: ProbeRules, { result, message }: CheckResult): void {
    const pod = this.#pods.get(uid)?.pod;
    const state = watched.states.get(rules.kind) ?? initialState(rules.kind);
    watched.states.set(rules.kind, nextState(state, result, rules));
    if (pod && result !== "success") this.#options.unhealthy(pod, watched.run, rules.kind, message);
    const verdict = verdictOf(watched.rules, watched.states);
    if (deepEqual(verdict, watched.verdict)) return;
    watched.verdict = verdict;
    this.#tend(uid, watched);
    this.#options.changed(uid);
  }
}

/** Creates the keeper of probes; nothing runs until `sync`. */
export const createProbes = (options: ProbesOptions): Probes => new Prober(options);
