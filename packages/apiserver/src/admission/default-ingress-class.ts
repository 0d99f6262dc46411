// DefaultIngressClass: the class of Ingresses that name none.
import type { AnyObject } from "../registry/objects.ts";
import type { AdmissionPlugin, Attributes } from "./admission.ts";

const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";
/** The old way to name a class; it counts as named. */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

const isNewIngress = ({ kind, subresource, operation }: Attributes): boolean =>
  operation === "CREATE" &&
  kind.group === "networking.k8s.io" &&
  kind.plural === "ingresses" &&
  subresource === undefined;

/** The newest default class; among equally old ones the first by name. */
function defaultClass(classes: readonly AnyObject[]): AnyObject | undefined {
  const ageOf = ({ metadata }: AnyObject): string => metadata.creationTimestamp ?? "";
  const nameOf = ({ metadata }: AnyObject): string => metadata.name ?? "";
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return classes
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true")
    .toSorted((a, b) => order(ageOf(b), ageOf(a)) || order(nameOf(a), nameOf(b)))[0];
}

/** Names the default class on new Ingresses. `classes` reads the cached IngressClasses. */
export function defaultIngressClass(classes: () => readonly AnyObject[]): AdmissionPlugin {
  return {
    name: "DefaultIngressClass",
    mutate(attributes, ingress) {
      if (!isNewIngress(attributes)) return ingress;
      const spec = (ingress.spec ?? {}) as { readonly ingressClassName?: string };
      if (spec.ingressClassName !== undefined || ingress.metadata.annotations?.[CLASS_ANNOTATION]) return ingress;
      const name = defaultClass(classes())?.metadata.name;
      return name === undefined ? ingress : { ...ingress, spec: { ...spec, ingressClassName: name } };
    },
  };
}
