// The life of one simulated container as a function of time: runs, endings, restarts with back-off.
import type { ContainerScript } from "./script.ts";

export type RestartPolicy = "Always" | "OnFailure" | "Never";

/** A finished run. */
export interface Ending {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
}
/** What a container does at a moment. */
export type Life = {
  readonly restarts: number;
  readonly last?: Ending;
  /** When this changes by itself. */
  readonly next?: number;
} & (
  | { readonly state: "creating" }
  | { readonly state: "running"; readonly startedAt: number; readonly readyAt: number }
  | { readonly state: "backing-off"; readonly delay: number }
  | { readonly state: "ended"; readonly end: Ending }
);

const FIRST_DELAY = 10_000;
const LONGEST_DELAY = 300_000;
/** A container that ran this long starts with a short delay again. */
const CALM = 600_000;

interface Course {
  readonly script: ContainerScript;
  readonly policy: RestartPolicy;
  /** When the container may first be started. */
  readonly from: number;
  /** Restarts before `from`, kept over reboots of the node. */
  readonly restartsBefore: number;
}

const restartsAfter = (policy: RestartPolicy, exitCode: number): boolean =>
  policy === "Always" || (policy === "OnFailure" && exitCode !== 0);

/** One run of the container. */
interface Run {
  readonly restarts: number;
  readonly startedAt: number;
  /** Undefined while it runs for ever. */
  readonly finishedAt: number | undefined;
  readonly last?: Ending;
  /** Restarts in a row without a calm run between them. */
  readonly failures: number;
}

/** What the container does before this run ends; undefined after that. */
function during(run: Run, readyAfter: number, now: number): Life | undefined {
  const { restarts, startedAt, finishedAt, last } = run;
  const before = { restarts, ...(last && { last }) };
  if (now < startedAt) return { ...before, state: "creating", next: startedAt };
  if (finishedAt !== undefined && now >= finishedAt) return undefined;
  const readyAt = startedAt + readyAfter;
  const next = now < readyAt ? Math.min(readyAt, finishedAt ?? readyAt) : finishedAt;
  return { ...before, state: "running", startedAt, readyAt, ...(next !== undefined && { next }) };
}

/** The run that follows one that ended; the first restart is immediate, later ones wait longer and longer. */
function following(run: Run, end: Ending, script: ContainerScript): { readonly delay: number; readonly run: Run } {
  const failures = end.finishedAt - end.startedAt >= CALM ? 0 : run.failures;
  const delay = failures === 0 ? 0 : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - 1));
  // A container that ends the moment it starts still lets time pass.
  const startedAt = end.finishedAt + delay + Math.max(1, script.startAfter ?? 0);
  const finishedAt = startedAt + (script.endsAfter ?? 0);
  return { delay, run: { restarts: run.restarts + 1, startedAt, finishedAt, last: end, failures: failures + 1 } };
}

/** Pure: the same course and moment always give the same life. */
export function lifeAt({ script, policy, from, restartsBefore }: Course, now: number): Life {
  const { startAfter = 0, readyAfter = 0, endsAfter, exitCode = 0 } = script;
  const startedAt = from + startAfter;
  const finishedAt = endsAfter === undefined ? undefined : startedAt + endsAfter;
  let run: Run = { restarts: restartsBefore, startedAt, finishedAt, failures: 0 };
  for (;;) {
    const life = during(run, readyAfter, now);
    if (life || run.finishedAt === undefined) return life ?? { state: "creating", restarts: run.restarts };
    const end = { startedAt: run.startedAt, finishedAt: run.finishedAt, exitCode };
    if (!restartsAfter(policy, exitCode)) {
      return { state: "ended", end, restarts: run.restarts, ...(run.last && { last: run.last }) };
    }
    const { delay, run: next } = following(run, end, script);
    if (now < end.finishedAt + delay) {
      return { state: "backing-off", delay, restarts: run.restarts, last: end, next: end.finishedAt + delay };
    }
    run = next;
  }
}
