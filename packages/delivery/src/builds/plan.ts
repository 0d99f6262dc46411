// A build that has begun: makes its pod, follows it, and turns its end into a release or a failure that says why.
import { type Build, type BuildStatus, type Failure, Pod, Release, Secret, type Site } from "@knots/api";
import type { Plan, Write, WriteOutcome } from "@knots/client";
import { formatMicroTime, parseTime } from "@knots/std";
import { releaseOf } from "../releases/make.ts";
import { buildPodName, imageRepository, isLeaving, REGISTRY } from "../sites/names.ts";
import { failureOf, podFailure, stepFailure, stuckImage } from "./failure.ts";
import { type BuildTokens, buildPod, timeoutOf, tokenSecret } from "./pod.ts";
import { failedStep, packed, stepsOf, unschedulable } from "./progress.ts";
import { readReport } from "./report.ts";
import type { BuildSettings } from "./settings.ts";

/** What a decision about one build is made from. */
export interface BuildSnapshot {
  readonly build: Build;
  readonly site: Site | undefined;
  readonly pod: Pod | undefined;
  readonly secret: Secret | undefined;
  /** All releases of the site. */
  readonly releases: readonly Release[];
  /** Tokens for a pod that is still to be made. */
  readonly tokens: BuildTokens | undefined;
  readonly settings: BuildSettings;
}

/** Milliseconds for which an image may be missing before the build is given up. */
const IMAGE_PATIENCE = 60_000;

const ENDED = new Set(["Succeeded", "Failed", "Cancelled", "Superseded"]);
export const isEnded = ({ status }: Build): boolean => ENDED.has(status?.phase ?? "");

const withStatus = (build: Build, change: Partial<BuildStatus>): Build => ({
  ...build,
  status: { ...build.status, observedGeneration: build.metadata.generation ?? 0, ...change },
});

const removal = (kind: typeof Pod | typeof Secret, object: Pod | Secret | undefined): readonly Write[] =>
  object && !isLeaving(object) ? [{ verb: "delete", kind, object }] : [];

/** Ends the build; `tail` are the last lines of its log. */
function end(
  { build, pod }: BuildSnapshot,
  now: number,
  change: Partial<BuildStatus> & { readonly tail?: string },
): Build {
  const { tail, ...rest } = change;
  const log = { ...build.status?.log, ...(tail !== undefined && { tail: tail.slice(-16_000) }) };
  return withStatus(build, { steps: stepsOf(build, pod, now), finishedAt: formatMicroTime(now), log, ...rest });
}

function fail(snapshot: BuildSnapshot, now: number, failure: Failure, tail?: string): Plan {
  const { build } = snapshot;
  const cancelled = failure.reason === "Cancelled";
  const change = {
    phase: cancelled ? ("Cancelled" as const) : ("Failed" as const),
    failure,
    ...(tail !== undefined && { tail }),
  };
  return {
    status: end(snapshot, now, change),
    events: [
      { regarding: build, type: cancelled ? "Normal" : "Warning", reason: failure.reason, message: failure.message },
    ],
  };
}

/** A pod that runs on after its build was given up is stopped. */
const stop = (plan: Plan, { pod, secret }: BuildSnapshot): Plan => ({
  ...plan,
  writes: [...removal(Pod, pod), ...removal(Secret, secret)],
});

function refused(
  snapshot: BuildSnapshot,
  now: number,
  outcomes: readonly WriteOutcome[],
): Pick<Plan, "status" | "events"> {
  const { build } = snapshot;
  const error = outcomes.find((outcome) => outcome.error)?.error;
  if (!error) return { status: withStatus(build, { log: { pod: buildPodName(build.metadata.name) } }) };
  // What a quota refuses now, or a namesake that is being deleted, may pass later; what is wrong in itself never will.
  if (error.code !== 422 && error.code !== 400) return {};
  const { status, events = [] } = fail(snapshot, now, failureOf("PodRefused", { detail: error.message }));
  return { ...(status && { status }), events };
}

/** Whether one version fits the other: 26 fits 26.1.0, and the other way round. */
function otherVersion({ build, settings }: BuildSnapshot): Failure | undefined {
  const wanted = build.spec.settings?.nodeVersion ?? "";
  const offered = settings.nodeVersion;
  const fits = `${offered}.`.startsWith(`${wanted}.`) || `${wanted}.`.startsWith(`${offered}.`);
  return wanted === "" || fits ? undefined : failureOf("NodeVersion", { wanted, offered });
}

function begin(snapshot: BuildSnapshot, now: number): Plan {
  const { build, tokens, secret, settings } = snapshot;
  if (build.status?.log?.pod !== undefined)
    return stop(fail(snapshot, now, failureOf("PodLost", { pod: build.status.log.pod })), snapshot);
  const version = otherVersion(snapshot);
  if (version) return fail(snapshot, now, version);
  if (!tokens) return {};
  const pod: Write = { verb: "create", kind: Pod, object: buildPod(build, settings) };
  const writes = secret ? [pod] : [{ verb: "create", kind: Secret, object: tokenSecret(build, tokens) } as const, pod];
  return { writes, report: (outcomes) => refused(snapshot, now, outcomes) };
}

/** The pod has pushed an image: it becomes a release, then the build has succeeded. */
function succeed(snapshot: BuildSnapshot, now: number, message: string | undefined): Plan {
  const { build, site, releases } = snapshot;
  const { digest, bytes, outputDirectory } = readReport(message);
  if (digest === undefined) return fail(snapshot, now, failureOf("NoImage", {}, "pack"));
  if (!site) return fail(snapshot, now, failureOf("SiteGone", { site: build.spec.site }));
  const image = `${REGISTRY}/${imageRepository(build.metadata.namespace, build.spec.site)}@${digest}`;
  const made = releases.find(({ spec }) => spec.build === build.metadata.name);
  const done = (release: string): Build =>
    end(snapshot, now, {
      phase: "Succeeded",
      image,
      release,
      ...(bytes !== undefined && { imageBytes: bytes }),
      ...(outputDirectory !== undefined && { outputDirectory }),
    });
  if (made) return { status: done(made.metadata.name) };
  const object = releaseOf({ site, build, image, releases });
  return {
    writes: [{ verb: "create", kind: Release, object }],
    report: ([outcome]) => (outcome?.object ? { status: done(outcome.object.metadata.name ?? "") } : {}),
  };
}

/** Why a pod that still runs is given up at `now`, and when to look again otherwise. */
function overdue({ build, pod }: BuildSnapshot, now: number): { readonly failure?: Failure; readonly wakeAt: number } {
  const began = parseTime(build.status?.startedAt ?? formatMicroTime(now));
  const deadline = began + timeoutOf(build);
  const stuck = pod && stuckImage(pod);
  const seconds = Math.round(timeoutOf(build) / 1000);
  if (now >= deadline) {
    const detail = pod && unschedulable(pod);
    const failure =
      detail === undefined ? failureOf("TimedOut", { seconds }) : failureOf("Unschedulable", { seconds, detail });
    return { failure, wakeAt: deadline };
  }
  if (!stuck) return { wakeAt: deadline };
  const patience = began + IMAGE_PATIENCE;
  return { ...(now >= patience && { failure: failureOf("ImagePull", stuck) }), wakeAt: Math.min(deadline, patience) };
}

/** Last lines of whatever step spoke last. */
const tailOf = (message: string | undefined) => readReport(message).tail;

function follow(snapshot: BuildSnapshot, now: number): Plan {
  const { build, pod, settings } = snapshot;
  if (!pod) return begin(snapshot, now);
  const done = packed(pod);
  if (done) return succeed(snapshot, now, done.message);
  const failed = failedStep(pod);
  const whole = podFailure(build, pod, settings);
  if (failed && (whole === undefined || whole.reason === "Evicted"))
    return fail(snapshot, now, stepFailure(build, failed, settings), tailOf(failed.state.message));
  if (whole) return fail(snapshot, now, whole, tailOf(failed?.state.message));
  const { failure, wakeAt } = overdue(snapshot, now);
  if (failure) return stop(fail(snapshot, now, failure), snapshot);
  const log = { ...build.status?.log, pod: pod.metadata.name };
  return { status: withStatus(build, { phase: "Running", steps: stepsOf(build, pod, now), log }), wakeAt };
}

/** Tokens go when the build ends; its pod stays a while, for its log. */
function tidy(snapshot: BuildSnapshot, now: number): Plan {
  const { build, pod, secret, settings } = snapshot;
  const until = parseTime(build.status?.finishedAt ?? build.metadata.creationTimestamp ?? "") + settings.keepPods;
  const writes = [...removal(Secret, secret), ...(now >= until ? removal(Pod, pod) : [])];
  return { writes, ...(pod && now < until && { wakeAt: until }) };
}

/** Decides the next step of a build that has begun or ended; waiting ones belong to the queue. */
export function plan(snapshot: BuildSnapshot, now: number): Plan {
  const { build, site } = snapshot;
  if (isLeaving(build)) return {};
  if (isEnded(build)) return tidy(snapshot, now);
  if (build.status?.phase !== "Running") return {};
  if (build.spec.cancelled) return stop(fail(snapshot, now, failureOf("Cancelled")), snapshot);
  if (!site || isLeaving(site))
    return stop(fail(snapshot, now, failureOf("SiteGone", { site: build.spec.site })), snapshot);
  return follow(snapshot, now);
}
