// A pod affinity term made ready to match: which pods it is about, whoever carries it.
import type { PodAffinityTerm } from "@knots/api";
import { type LabelSelector, nothing, type Selector, selectorFromObject, selectorOf } from "@knots/machinery";
import type { ClusterView } from "../snapshot/cache.ts";
import type { PodClass } from "../snapshot/pod-class.ts";

/** Who carries a term: its namespace is meant when the term names none, its labels fill matchLabelKeys. */
export type Carrier = Pick<PodClass, "namespace" | "labels">;

export interface Term {
  readonly key: string;
  readonly matches: (other: Carrier) => boolean;
}

function selectorOfTerm(carrier: Carrier, term: PodAffinityTerm): Selector {
  if (!term.labelSelector) return nothing;
  const own = (keys: readonly string[] = [], operator: "in" | "notin") =>
    keys
      .filter((key) => carrier.labels[key] !== undefined)
      .map((key) => ({ key, operator, values: [carrier.labels[key] ?? ""] }));
  const base = selectorFromObject(term.labelSelector).requirements;
  return selectorOf([...base, ...own(term.matchLabelKeys, "in"), ...own(term.mismatchLabelKeys, "notin")]);
}

function namespaceTest(carrier: Carrier, term: PodAffinityTerm, view: ClusterView): (name: string) => boolean {
  const names = new Set(term.namespaces ?? []);
  const bySelector: LabelSelector | undefined = term.namespaceSelector;
  if (names.size === 0 && !bySelector) return (name) => name === carrier.namespace;
  const selector = selectorFromObject(bySelector);
  return (name) => names.has(name) || selector.matches(view.namespaceLabels(name));
}

export function termOf(carrier: Carrier, term: PodAffinityTerm, view: ClusterView): Term {
  const selector = selectorOfTerm(carrier, term);
  const inNamespace = namespaceTest(carrier, term, view);
  return {
    key: term.topologyKey,
    matches: (other) => selector.matches(other.labels) && inNamespace(other.namespace),
  };
}

/** Numbers by topology key and value. */
export type Places = Map<string, number>;
export const placeId = (key: string, value: string): string => `${key}=${value}`;

/** Adds `amount` for every pod of a class to the place (by `key`) of its node. */
export function addToPlaces(
  places: Places,
  key: string,
  of: { readonly each: PodClass; readonly amount: number; readonly view: ClusterView },
): void {
  for (const [name, count] of of.each.perNode) {
    const value = of.view.nodes.get(name)?.labels[key];
    if (value === undefined) continue;
    const id = placeId(key, value);
    places.set(id, (places.get(id) ?? 0) + count * of.amount);
  }
}
