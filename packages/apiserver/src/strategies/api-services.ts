// APIServices: what the server itself serves can be used from the beginning.
import { formatTime } from "@knots/std";
import { type AnyObject, withField } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";

const isLocal = (service: AnyObject): boolean =>
  ((service.spec ?? {}) as { readonly service?: unknown }).service === undefined;

export const apiServices: Strategy = {
  prepareCreate(service, { clock }) {
    if (!isLocal(service)) return withField(service, "status", undefined);
    const condition = {
      type: "Available",
      status: "True",
      lastTransitionTime: formatTime(clock.now()),
      reason: "Local",
      message: "Local APIServices are always available",
    };
    return { ...service, status: { conditions: [condition] } };
  },
};
