// The quality-of-service class of a pod, from the resources of its containers.
import type { AnyObject } from "../registry/objects.ts";

type Amounts = Readonly<Record<string, string>>;
interface Resources {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}
interface Container {
  readonly resources?: Resources;
}

const COUNTED = ["cpu", "memory"] as const;

function positive(amount: string | undefined): boolean {
  return amount !== undefined && !/^[+-]?0*(\.0*)?([a-zA-Z]+|[eE][+-]?\d+)?$/.test(amount);
}

function guaranteed({ requests = {}, limits = {} }: Resources = {}): boolean {
  return COUNTED.every((name) => positive(limits[name]) && (requests[name] ?? limits[name]) === limits[name]);
}

/** Guaranteed, Burstable or BestEffort. */
export function qosClass(pod: AnyObject): string {
  const spec = (pod.spec ?? {}) as {
    readonly resources?: Resources;
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ resources }) => resources);
  const counted = spec.resources ? [spec.resources] : all;
  const some = counted.some((resources) =>
    COUNTED.some((name) => positive(resources?.requests?.[name]) || positive(resources?.limits?.[name])),
  );
  if (!some) return "BestEffort";
  return counted.every(guaranteed) ? "Guaranteed" : "Burstable";
}
