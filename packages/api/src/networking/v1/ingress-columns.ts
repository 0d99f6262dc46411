// What `kubectl get ingresses` and `kubectl get ingressclasses` show.
import { age, type Column } from "@knots/machinery";
import { firstOf, NONE, orNone, type Shown, text } from "../../columns.ts";
import { balancerText } from "../../core/v1/service-columns.ts";
import type { IngressStatus } from "./ingress-status.ts";

interface IngressSpecView {
  readonly ingressClassName?: string;
  readonly rules?: readonly { readonly host?: string; readonly http?: unknown }[];
  readonly tls?: readonly unknown[];
}
type IngressView = Shown<IngressSpecView | undefined, IngressStatus>;

function hostsText({ spec }: IngressView): string {
  const hosts = (spec?.rules ?? []).map(({ host }) => host ?? "").filter((host) => host !== "");
  return hosts.length > 0 ? firstOf(hosts, 3) : "*";
}

export const ingressColumns: readonly Column[] = [
  text("Class", "Class whose controller serves it.", ({ spec }: IngressView) => orNone(spec?.ingressClassName)),
  text("Hosts", "Hosts of its rules.", hostsText),
  text("Address", "Addresses that serve it.", ({ status }: IngressView) => balancerText(status?.loadBalancer?.ingress)),
  text("Ports", "Ports of HTTP and HTTPS.", ({ spec }: IngressView) =>
    (spec?.tls ?? []).length > 0 ? "80, 443" : "80",
  ),
  age(),
];

interface ParametersView {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}
type IngressClassView = Shown<{ readonly controller?: string; readonly parameters?: ParametersView } | undefined>;

function parametersText({ spec }: IngressClassView): string {
  if (!spec?.parameters) return NONE;
  const { apiGroup = "", kind, name } = spec.parameters;
  return apiGroup === "" ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`;
}

export const ingressClassColumns: readonly Column[] = [
  text("Controller", "Controller that serves the class.", ({ spec }: IngressClassView) => spec?.controller ?? ""),
  text("Parameters", "Object with its settings.", parametersText),
  age(),
];
