// The last step of a push: its version was answered at the site's domain. What is still to be looked for, and what follows. Pure.
import type { Pod, Release, Step } from "@knots/api";
import { formatMicroTime, parseTime } from "@knots/std";
import { isLeaving } from "../sites/names.ts";
import { podsOf } from "./rollout.ts";

/** A page that somebody should look at. */
export interface Unseen {
  readonly host: string;
  readonly path: string;
  /** When to look again if this look shows another version, in milliseconds since the epoch. */
  readonly againAt: number;
}

/** How long the stopwatch runs on: a page that nobody has seen by then has a story of its own. */
const GIVE_UP = 600_000;
/** Milliseconds between looks: short while somebody may be waiting. */
const SOON = 100;
const LATER = 5000;
const PATIENT = 30_000;

const hasSeen = ({ status }: Release): boolean => status?.steps?.some(({ name }) => name === "Seen") ?? false;

/** Where to look for a release at `now`; undefined when nothing is (or will be) there to be seen. */
export function unseen(release: Release, now: number): Unseen | undefined {
  const { status, spec } = release;
  const [route] = spec.routes;
  if (status?.phase !== "Active" || !status.switchedAt || !route || hasSeen(release) || isLeaving(release))
    return undefined;
  const age = now - parseTime(status.switchedAt);
  if (age > GIVE_UP) return undefined;
  return { host: route.host, path: route.path || "/", againAt: now + (age > PATIENT ? LATER : SOON) };
}

/** Whether the address that answered is one of the release's pods. */
export const isAnswerOf = (release: Release, pods: readonly Pod[], address: string): boolean =>
  podsOf(release, pods).some(({ status }) => status?.podIP === address);

/** The release with its last step, which begins where the one before ended. */
export function withSeen(release: Release, at: number): Release {
  const steps: readonly Step[] = release.status?.steps ?? [];
  const since = steps.at(-1)?.finishedAt ?? formatMicroTime(at);
  const seen: Step = { name: "Seen", startedAt: since, finishedAt: formatMicroTime(Math.max(at, parseTime(since))) };
  return { ...release, status: { ...release.status, steps: [...steps, seen] } };
}
