// What `kubectl get apiservices` shows.
import { conditionOf } from "@knots/machinery";
import type { Shown } from "../../columns.ts";

interface SpecView {
  readonly service?: { readonly namespace?: string; readonly name?: string };
}
interface StatusView {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
}
type ServiceView = Shown<SpecView | undefined, StatusView>;

export function serviceText({ spec }: ServiceView): string {
  return spec?.service ? `${spec.service.namespace ?? ""}/${spec.service.name ?? ""}` : "Local";
}

export function availableText({ status }: ServiceView): string {
  const available = conditionOf(status?.conditions, "Available");
  if (!available) return "Unknown";
  const { status: state, reason = "" } = available;
  return state === "True" ? state : `${state} (${reason})`;
}
