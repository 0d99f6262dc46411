// How far the rollout of one release has come, as its Deployment and pods tell.
import type { Deployment, Failure, Pod, Release, Step } from "@knots/api";
import { conditionOf } from "@knots/machinery";
import { formatMicroTime, parseTime } from "@knots/std";
import { failureOf } from "../builds/failure.ts";
import { seenAt, unschedulable } from "../builds/progress.ts";
import { RELEASE_ANNOTATION } from "../sites/names.ts";

export const shownRelease = ({ spec }: Deployment): string | undefined =>
  spec?.template.metadata?.annotations?.[RELEASE_ANNOTATION];

/** Pods that show the release and are not on their way out. */
export const podsOf = (release: Release, pods: readonly Pod[]): readonly Pod[] =>
  pods.filter(
    ({ metadata }) =>
      metadata.annotations?.[RELEASE_ANNOTATION] === release.metadata.name && metadata.deletionTimestamp === undefined,
  );

/** Whether the Deployment shows this release with all its pods available, and no older pod any more. */
export function isSwitched(release: Release, { metadata, spec, status }: Deployment): boolean {
  const wanted = spec?.replicas ?? 1;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  return (
    spec?.template.metadata?.annotations?.[RELEASE_ANNOTATION] === release.metadata.name &&
    observedGeneration >= (metadata.generation ?? 0) &&
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas >= wanted
  );
}

const trueSince = ({ status }: Pod, type: string): string | undefined => {
  const found = conditionOf(status?.conditions, type);
  return found?.status === "True" ? (found.lastTransitionTime ?? undefined) : undefined;
};

/** When the first pod reached a condition, as seen at `now`; undefined while none has. */
function firstReached(pods: readonly Pod[], type: string, now: number): number | undefined {
  const times = pods.map((pod) => trueSince(pod, type)).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times.map((time) => seenAt(time, now)));
}

/** The stopwatch from the release's creation on; known steps keep their times, each begins where the one before ended. */
export function rolloutSteps(
  release: Release,
  deployment: Deployment,
  pods: readonly Pod[],
  now: number,
): readonly Step[] {
  const steps: Step[] = [...(release.status?.steps ?? [])];
  const own = podsOf(release, pods);
  const switched = isSwitched(release, deployment);
  const reached = {
    Scheduled: firstReached(own, "PodScheduled", now),
    Ready: firstReached(own, "Ready", now),
    Switched: switched ? now : undefined,
  };
  for (const [name, at] of Object.entries(reached)) {
    if (steps.some((step) => step.name === name)) continue;
    if (at === undefined) break;
    const since = steps.at(-1)?.finishedAt ?? formatMicroTime(parseTime(release.metadata.creationTimestamp ?? ""));
    const finishedAt = formatMicroTime(Math.max(at, parseTime(since)));
    steps.push({ name: name as "Scheduled" | "Ready" | "Switched", startedAt: since, finishedAt });
  }
  return steps;
}

type Container = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];

function containerTrouble({ state, lastState }: Container): string | undefined {
  const { reason, message } = state?.waiting ?? {};
  if (reason && reason !== "ContainerCreating") return message ? `${reason}: ${message}` : reason;
  const ended = state?.terminated ?? lastState?.terminated;
  return ended && `the server ended with exit code ${ended.exitCode}`;
}

function podTrouble(pod: Pod): string | undefined {
  const containers = (pod.status?.containerStatuses ?? []).map(containerTrouble);
  const ready = conditionOf(pod.status?.conditions, "Ready");
  const unready = ready?.status === "False" ? (ready.message ?? ready.reason ?? "GET / was not answered") : undefined;
  return unschedulable(pod) ?? containers.find((found) => found !== undefined) ?? unready;
}

/** What keeps the pods of a release from being ready, in the words of whoever knows best. */
export const trouble = (release: Release, pods: readonly Pod[]): string =>
  podsOf(release, pods)
    .map(podTrouble)
    .find((found) => found !== undefined) ?? "no pod has started";

/** Why the rollout has failed, once its Deployment has made no progress for too long. */
export function rolloutFailure(release: Release, deployment: Deployment, pods: readonly Pod[]): Failure | undefined {
  if (shownRelease(deployment) !== release.metadata.name) return undefined;
  if ((deployment.status?.observedGeneration ?? 0) < (deployment.metadata.generation ?? 0)) return undefined;
  const progressing = conditionOf(deployment.status?.conditions, "Progressing");
  if (progressing?.reason !== "ProgressDeadlineExceeded" || isSwitched(release, deployment)) return undefined;
  const seconds = deployment.spec?.progressDeadlineSeconds ?? 0;
  return failureOf("NotReady", { seconds, detail: trouble(release, pods) }, "Ready");
}
