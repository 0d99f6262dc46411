// Pods: pending at first, deleted with grace, immutable but for a few fields.
import { type ConditionLike, type FieldError, fieldPath, forbidden } from "@knots/machinery";
import { type AnyObject, equalJson, withField } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";
import { qosClass } from "./pod-qos.ts";

interface PodSpec {
  readonly nodeName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly activeDeadlineSeconds?: number;
  readonly containers?: readonly PodContainer[];
  readonly initContainers?: readonly PodContainer[];
  readonly ephemeralContainers?: readonly PodContainer[];
  readonly tolerations?: readonly unknown[];
  readonly schedulingGates?: readonly unknown[];
}
interface PodContainer {
  readonly name: string;
  readonly image?: string;
}
interface PodStatus {
  readonly phase?: string;
  readonly qosClass?: string;
  readonly conditions?: readonly ConditionLike[];
}
export const podSpec = (pod: AnyObject): PodSpec => pod.spec ?? {};
export const podStatus = (pod: AnyObject): PodStatus => pod.status ?? {};

const isFinished = (pod: AnyObject): boolean => ["Succeeded", "Failed"].includes(podStatus(pod).phase ?? "");

/** Spec without what may change after creation. */
function frozenPart(pod: AnyObject): object {
  const spec = podSpec(pod);
  const plain = (container: PodContainer): object => ({ ...container, image: undefined });
  return {
    ...spec,
    containers: spec.containers?.map(plain),
    initContainers: spec.initContainers?.map(plain),
    activeDeadlineSeconds: undefined,
    terminationGracePeriodSeconds:
      spec.terminationGracePeriodSeconds === 1 ? undefined : spec.terminationGracePeriodSeconds,
    tolerations: undefined,
    schedulingGates: undefined,
    nodeSelector: spec.schedulingGates?.length ? undefined : (spec as { nodeSelector?: unknown }).nodeSelector,
    affinity: spec.schedulingGates?.length ? undefined : (spec as { affinity?: unknown }).affinity,
  };
}

const IMMUTABLE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function* updateErrors(pod: AnyObject, old: AnyObject): Iterable<FieldError> {
  const path = fieldPath("spec");
  if (!equalJson(frozenPart(pod), frozenPart(old))) yield forbidden(path, IMMUTABLE);
  const kept = podSpec(pod).tolerations ?? [];
  const removed = (podSpec(old).tolerations ?? []).some((one) => !kept.some((other) => equalJson(one, other)));
  if (removed)
    yield forbidden(path.child("tolerations"), "existing toleration can not be modified except its tolerationSeconds");
}

/** Marks updates that go through a subresource of pods and follow that subresource's rules instead. */
const exempt = new WeakSet<object>();
/** Lets one object pass the rules of plain updates. */
export function exemptFromUpdateRules(pod: AnyObject): AnyObject {
  exempt.add(pod.spec as object);
  return pod;
}

export const pods: Strategy = {
  prepareCreate: (pod) => {
    const gated = (podSpec(pod).schedulingGates ?? []).length > 0;
    const conditions = gated
      ? [
          {
            type: "PodScheduled",
            status: "False",
            reason: "SchedulingGated",
            message: "Scheduling is blocked due to non-empty scheduling gates",
          },
        ]
      : undefined;
    return {
      ...withField(pod, "status", undefined),
      status: { phase: "Pending", ...(conditions && { conditions }), qosClass: qosClass(pod) },
    };
  },
  prepareStatus: (pod, old) =>
    withField(pod, "status", {
      ...(pod.status as object),
      qosClass: podStatus(pod).qosClass ?? podStatus(old).qosClass,
    }),
  validate: (pod, old) => (old && !exempt.has(pod.spec as object) ? updateErrors(pod, old) : []),
  gracePeriod(pod, { gracePeriodSeconds }) {
    const { nodeName, terminationGracePeriodSeconds = 30 } = podSpec(pod);
    if (!nodeName || isFinished(pod)) return 0;
    return Math.max(0, gracePeriodSeconds ?? terminationGracePeriodSeconds);
  },
};
