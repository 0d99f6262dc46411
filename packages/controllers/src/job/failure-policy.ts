// The pod failure policy: what a failed pod means for its job, and the words that say so.
import type { Job, Pod, PodFailurePolicyRule } from "@knots/api";
import { conditionOf } from "@knots/machinery";

/** What the policy says about one failed pod. */
export interface Judgement {
  readonly action: "FailJob" | "FailIndex" | "Ignore" | "Count";
  /** Why the job fails. */
  readonly message: string;
}

type Match = string | undefined;

function byExitCode(pod: Pod, { onExitCodes }: PodFailurePolicyRule): Match {
  if (!onExitCodes) return undefined;
  const { containerName, operator, values } = onExitCodes;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  for (const { name, state } of statuses) {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0 || (containerName !== undefined && containerName !== name)) continue;
    if ((values ?? []).includes(code) === (operator === "In"))
      return `Container ${name} for pod ${pod.metadata.namespace}/${pod.metadata.name} failed with exit code ${code}`;
  }
  return undefined;
}

function byCondition(pod: Pod, { onPodConditions = [] }: PodFailurePolicyRule): Match {
  const pattern = onPodConditions.find(
    ({ type, status }) => conditionOf(pod.status?.conditions, type)?.status === (status ?? "True"),
  );
  return pattern && `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${pattern.type}`;
}

/** The first rule that matches decides; a failure without one counts. */
export function judge({ spec }: Job, pod: Pod): Judgement {
  for (const [index, rule] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const match = byExitCode(pod, rule) ?? byCondition(pod, rule);
    if (match !== undefined) {
      const { action } = rule;
      return { action, message: `${match} matching ${action} rule at index ${index}` };
    }
  }
  return { action: "Count", message: "" };
}
