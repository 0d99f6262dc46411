// What a probe concludes from its results: thresholds and defaults, without time and without doing.
import type { Container, Probe } from "@knots/api";
import type { Verdict } from "../pods/view.ts";

export type ProbeKind = "startup" | "liveness" | "readiness";
/** One look. `unknown` (the probe itself could not run) changes nothing. */
export type ProbeResult = "success" | "failure" | "unknown";

/** A declared probe with its defaults; times in milliseconds. */
export interface ProbeRules {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly initialDelay: number;
  readonly period: number;
  readonly timeout: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** What is held to be true, and the run of equal results that may change it. */
export interface ProbeState {
  readonly verdict: ProbeResult;
  readonly last: ProbeResult;
  readonly count: number;
}

const SECOND = 1000;

function rulesOf(kind: ProbeKind, probe: Probe | undefined): readonly ProbeRules[] {
  if (!probe) return [];
  return [
    {
      kind,
      probe,
      initialDelay: (probe.initialDelaySeconds ?? 0) * SECOND,
      period: (probe.periodSeconds || 10) * SECOND,
      timeout: (probe.timeoutSeconds || 1) * SECOND,
      successThreshold: probe.successThreshold || 1,
      failureThreshold: probe.failureThreshold || 3,
    },
  ];
}

/** The probes of a container: startup, liveness, readiness. */
export const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container): readonly ProbeRules[] => [
  ...rulesOf("startup", startupProbe),
  ...rulesOf("liveness", livenessProbe),
  ...rulesOf("readiness", readinessProbe),
];

/** Before the first look: nothing has started and nothing is ready, but nothing is taken for dead. */
export function initialState(kind: ProbeKind): ProbeState {
  const verdict = kind === "liveness" ? "success" : kind === "readiness" ? "failure" : "unknown";
  return { verdict, last: "unknown", count: 0 };
}

/** The state after one more look. */
export function nextState(state: ProbeState, result: ProbeResult, rules: ProbeRules): ProbeState {
  if (result === "unknown") return state;
  const count = result === state.last ? state.count + 1 : 1;
  const needed = result === "success" ? rules.successThreshold : rules.failureThreshold;
  return { verdict: count >= needed ? result : state.verdict, last: result, count };
}

/** The verdict on a container from the states of its probes. */
export function verdictOf(rules: readonly ProbeRules[], states: ReadonlyMap<ProbeKind, ProbeState>): Verdict {
  const held = (kind: ProbeKind): ProbeResult | undefined => states.get(kind)?.verdict;
  const declared = new Set(rules.map(({ kind }) => kind));
  const started = !declared.has("startup") || held("startup") === "success";
  const ready = started && (!declared.has("readiness") || held("readiness") === "success");
  const failed = rules.find(({ kind }) => kind !== "readiness" && held(kind) === "failure");
  if (!failed || failed.kind === "readiness") return { started, ready };
  const grace = failed.probe.terminationGracePeriodSeconds;
  return { started, ready, failed: { probe: failed.kind, ...(grace !== undefined && { graceSeconds: grace }) } };
}
