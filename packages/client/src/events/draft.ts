// Writes the Event object for something that happened.
import { dns1123Subdomain } from "@knots/machinery";
import { formatTime, type Random, uuid } from "@knots/std";
import type { PlannedEvent } from "../controller/plan.ts";
import type { EventDraft } from "./correlator.ts";

/** Who reports: a component, and the node it runs on where that matters. */
export interface EventOrigin {
  readonly component: string;
  readonly host?: string;
}

/** Makes drafts; names are `<object>.<nanoseconds in hex>` and unique per maker. */
export function createDrafter(random: Random): (origin: EventOrigin, event: PlannedEvent, now: number) => EventDraft {
  let order = 0;
  const nameOf = (object: string, now: number): string => {
    order = (order + 1) % 1_000_000;
    const name = `${object}.${(BigInt(Math.floor(now)) * 1_000_000n + BigInt(order)).toString(16)}`;
    return dns1123Subdomain(name) === undefined ? name : uuid(random);
  };
  return ({ component, host }, { regarding, type, reason, message, fieldPath }, now) => {
    const { name = "", namespace, uid, resourceVersion } = regarding.metadata;
    const { apiVersion, kind } = regarding;
    const time = formatTime(now);
    const involvedObject = {
      ...(kind && { kind }),
      ...(apiVersion && { apiVersion }),
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(fieldPath && { fieldPath }),
    };
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: nameOf(name, now), namespace: namespace || "default" },
      involvedObject,
      type,
      reason,
      message,
      source: { component, ...(host && { host }) },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      reportingComponent: component,
      reportingInstance: host ?? "",
    };
  };
}
