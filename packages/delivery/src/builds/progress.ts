// How far a build's pod has come: steps with their times, the end of each container.
import type { Build, ContainerStatus, Pod, Step } from "@knots/api";
import { formatMicroTime, parseTime } from "@knots/std";

/** Containers of the pod in the order in which they run, and the step that each one's end reaches. */
export const CONTAINERS = [
  ["clone", "Cloned"],
  ["build", "Built"],
  ["pack", "Packed"],
] as const;

/** Container times have whole seconds; an end that was just seen is taken to be now. */
const FRESH = 2000;

export const statusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find((each) => each.name === name);

/** When something happened whose time is known to the second, but that is first seen at `now`. */
export function seenAt(time: string | undefined, now: number): number {
  const told = time === undefined ? now : parseTime(time);
  return now >= told && now - told < FRESH ? now : Math.min(told, now);
}

const timeOf = (text: string | undefined): number => (text === undefined ? Number.NaN : parseTime(text));

/** The steps so far; those that the status already has keep their times. Each begins where the one before ended. */
export function stepsOf(build: Build, pod: Pod | undefined, now: number): readonly Step[] {
  const steps: Step[] = [...(build.status?.steps ?? [])];
  for (const [container, name] of CONTAINERS) {
    if (steps.some((step) => step.name === name)) continue;
    const ended = pod && statusOf(pod, container)?.state?.terminated;
    if (ended?.exitCode !== 0) break;
    const since = steps.at(-1)?.finishedAt ?? build.status?.startedAt ?? formatMicroTime(now);
    const at = Math.max(seenAt(ended.finishedAt, now), timeOf(since));
    steps.push({ name, startedAt: since, finishedAt: formatMicroTime(at) });
  }
  return steps;
}

/** The container that ended badly, if one did. */
export function failedStep(pod: Pod) {
  for (const [step] of CONTAINERS) {
    const state = statusOf(pod, step)?.state?.terminated;
    if (state && state.exitCode !== 0) return { step, state };
  }
  return undefined;
}

/** How the last container ended, once it ended well. */
export const packed = (pod: Pod) => {
  const state = statusOf(pod, "pack")?.state?.terminated;
  return state?.exitCode === 0 ? state : undefined;
};

/** The scheduler's words when no node takes the pod. */
export function unschedulable({ status }: Pod): string | undefined {
  const found = status?.conditions?.find(({ type }) => type === "PodScheduled");
  return found?.status === "False" ? (found.message ?? found.reason ?? "") : undefined;
}
