// How well a pod is protected when resources are short.
import type { Container, Pod, PodStatus } from "@knots/api";
import { compareQuantities } from "@knots/machinery";

export type QosClass = NonNullable<PodStatus["qosClass"]>;

const COUNTED = ["cpu", "memory"] as const;

const isZero = (amount: string | undefined): boolean => amount === undefined || compareQuantities(amount, "0") === 0;

function asksForNothing({ resources }: Container): boolean {
  return COUNTED.every((name) => isZero(resources?.requests?.[name]) && isZero(resources?.limits?.[name]));
}

function isGuaranteed({ resources }: Container): boolean {
  return COUNTED.every((name) => {
    const limit = resources?.limits?.[name];
    if (limit === undefined || isZero(limit)) return false;
    return compareQuantities(resources?.requests?.[name] ?? limit, limit) === 0;
  });
}

/** The class by upstream's rule: over all containers, init containers included. */
export function qosClass({ spec }: Pod): QosClass {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.every(asksForNothing)) return "BestEffort";
  return containers.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}
