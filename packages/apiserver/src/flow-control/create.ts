// Flow control of a server, from its options and its objects.
import { FlowSchema, PriorityLevelConfiguration } from "@knots/api";
import type { ApiServerOptions } from "../options.ts";
import type { Registries } from "../registry/registries.ts";
import type { ResourceTable } from "../resources/table.ts";
import { createFlowControl, type FlowControl, type FlowObjects } from "./flow-control.ts";
import { createInflightLimit, type InflightLimits } from "./inflight.ts";
import { createTurn } from "./turn.ts";

const DEFAULT_LIMITS: InflightLimits = { readonly: 400, mutating: 200 };

/** The objects in the caches; none where the kinds are not served. */
function objectsOf(registries: Registries, table: ResourceTable): FlowObjects {
  const cacheOf = (kind: typeof FlowSchema | typeof PriorityLevelConfiguration) => {
    const found = table.find({ group: kind.group, version: kind.version, resource: kind.plural });
    return found && registries.of(found).cache;
  };
  const [schemas, levels] = [cacheOf(FlowSchema), cacheOf(PriorityLevelConfiguration)];
  return {
    get version() {
      return (schemas?.version ?? 0) + (levels?.version ?? 0);
    },
    schemas: () => (schemas?.values() ?? []) as Iterable<FlowSchema>,
    levels: () => (levels?.values() ?? []) as Iterable<PriorityLevelConfiguration>,
  };
}

/** Builds it; `registries` must be loaded. */
export function openFlowControl(
  { clock, limits = {}, priorityAndFairness = true }: ApiServerOptions,
  registries: Registries,
  table: ResourceTable,
): FlowControl {
  const inflight = limits.inflight ?? DEFAULT_LIMITS;
  if (!priorityAndFairness) return createInflightLimit(inflight);
  const seats = inflight.readonly + inflight.mutating;
  return createFlowControl({ objects: objectsOf(registries, table), clock, turn: createTurn(clock), seats });
}
