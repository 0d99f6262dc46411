// The queue of builds: who begins, who waits, who is refused, and whose place a newer commit takes.
import { Build, type BuildStatus, type Failure, type Site } from "@knots/api";
import type { Plan, PlannedEvent, Write } from "@knots/client";
import { withCondition } from "@knots/machinery";
import { deepEqual, formatMicroTime, formatTime, parseTime } from "@knots/std";
import { isLeaving, shortCommit, siteKeyOf } from "../../sites/names.ts";
import { bytesText } from "../../texts/bytes.ts";
import { CONDITIONS, WAITS } from "../../texts/conditions.ts";
import { english } from "../../texts/say.ts";
import { failureOf } from "../failure.ts";

/** What decides who begins. */
export interface QueueSnapshot {
  /** Builds that have not ended, of all sites. */
  readonly builds: readonly Build[];
  /** Sites by `namespace/name`. */
  readonly sites: ReadonlyMap<string, Site>;
  readonly freeBytes: number;
  readonly concurrency: number;
  readonly minFreeBytes: number;
}

/** What happens to one build that waits. */
type Verdict =
  | { readonly verdict: "begin" }
  | { readonly verdict: "wait"; readonly why: string }
  | { readonly verdict: "end"; readonly phase: "Cancelled" | "Superseded" | "Failed"; readonly failure: Failure };

const isRunning = ({ status }: Build): boolean => status?.phase === "Running";
const isQueued = ({ status }: Build): boolean => (status?.phase ?? "Queued") === "Queued";

/** When a build joined the queue, in milliseconds. */
const joinedAt = ({ spec, metadata }: Build): number => parseTime(spec.receivedAt ?? metadata.creationTimestamp ?? "");
const inOrder = (a: Build, b: Build): number => joinedAt(a) - joinedAt(b) || a.spec.number - b.spec.number;

const ends = (phase: "Cancelled" | "Superseded" | "Failed", failure: Failure): Verdict => ({
  verdict: "end",
  phase,
  failure,
});

/** Reasons that lie in the build and its site alone. */
function ownVerdict(build: Build, { sites, builds }: QueueSnapshot): Verdict | undefined {
  const site = sites.get(siteKeyOf(build));
  if (build.spec.cancelled) return ends("Cancelled", failureOf("Cancelled"));
  if (!site || isLeaving(site)) return ends("Failed", failureOf("SiteGone", { site: build.spec.site }));
  const newer = builds.find(
    (other) => siteKeyOf(other) === siteKeyOf(build) && other.spec.number > build.spec.number && !other.spec.cancelled,
  );
  if (newer) return ends("Superseded", failureOf("Superseded", { commit: shortCommit(newer.spec.commit) }));
  return site.spec.paused ? { verdict: "wait", why: english(CONDITIONS.Paused) } : undefined;
}

/** Reasons that lie in what else runs. */
function placeFor(build: Build, running: readonly Build[], snapshot: QueueSnapshot): Verdict {
  const { concurrency, freeBytes, minFreeBytes } = snapshot;
  const own = running.find((other) => siteKeyOf(other) === siteKeyOf(build));
  if (own) return { verdict: "wait", why: english(WAITS.SiteBusy, { build: own.metadata.name }) };
  if (running.length >= concurrency) return { verdict: "wait", why: english(WAITS.AllBusy, { count: running.length }) };
  if (freeBytes >= minFreeBytes) return { verdict: "begin" };
  const values = { free: bytesText(freeBytes), needed: bytesText(minFreeBytes) };
  return ends("Failed", failureOf("DiskFull", values));
}

function statusFor({ status, spec, metadata }: Build, verdict: Verdict, now: number): BuildStatus {
  const at = formatMicroTime(now);
  const receivedAt = spec.receivedAt ?? formatMicroTime(parseTime(metadata.creationTimestamp ?? at));
  const observed = { ...status, observedGeneration: metadata.generation ?? 0 };
  switch (verdict.verdict) {
    case "begin": {
      const { conditions: _waited, ...rest } = observed;
      const steps = [{ name: "Queued" as const, startedAt: receivedAt, finishedAt: at }];
      return { ...rest, phase: "Running", startedAt: at, steps };
    }
    case "wait": {
      const condition = {
        type: "Started",
        status: "False" as const,
        reason: "Queued",
        message: english(CONDITIONS.Queued, { detail: verdict.why }),
        lastTransitionTime: formatTime(now),
      };
      return { ...observed, phase: "Queued", conditions: withCondition(status?.conditions, condition) };
    }
    case "end":
      return { ...observed, phase: verdict.phase, failure: verdict.failure, finishedAt: at };
  }
}

function eventOf(build: Build, verdict: Verdict): readonly PlannedEvent[] {
  if (verdict.verdict !== "end") return [];
  const { reason, message } = verdict.failure;
  return [{ regarding: build, type: verdict.phase === "Failed" ? "Warning" : "Normal", reason, message }];
}

/** Decides about every build that waits, first come first served. */
export function plan(snapshot: QueueSnapshot, now: number): Plan {
  const running = snapshot.builds.filter(isRunning);
  const writes: Write[] = [];
  const events: PlannedEvent[] = [];
  for (const build of snapshot.builds.filter((each) => isQueued(each) && !isLeaving(each)).toSorted(inOrder)) {
    const verdict = ownVerdict(build, snapshot) ?? placeFor(build, running, snapshot);
    if (verdict.verdict === "begin") running.push(build);
    const object: Build = { ...build, status: statusFor(build, verdict, now) };
    events.push(...eventOf(build, verdict));
    if (!deepEqual(object.status, build.status))
      writes.push({ verb: "update", kind: Build, object, subresource: "status" });
  }
  return { writes, events };
}
