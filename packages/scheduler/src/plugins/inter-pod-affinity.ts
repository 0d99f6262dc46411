// InterPodAffinity: draws pods to, and keeps them from, the places of other pods.
import type { PodAffinityTerm } from "@knots/api";
import type { ClusterView } from "../snapshot/cache.ts";
import type { NodeInfo } from "../snapshot/node-info.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";
import { addToPlaces, type Places, placeId, type Term, termOf } from "./affinity-term.ts";
import { MAX_POINTS, type NodeFilter, onAnything, type Plugin } from "./plugin.ts";

/** Points that an existing pod's required affinity gives to the places it would like to share. */
const HARD_AFFINITY_WEIGHT = 1;

const AFFINITY = { reasons: ["node(s) didn't match pod affinity rules"], final: true };
const ANTI_AFFINITY = { reasons: ["node(s) didn't match pod anti-affinity rules"] };
const EXISTING_ANTI_AFFINITY = { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"] };

function hasPlace(places: Places, key: string, { labels }: NodeInfo): boolean {
  const value = labels[key];
  return value !== undefined && (places.get(placeId(key, value)) ?? 0) > 0;
}

/** Places of pods that match all of `terms` together. */
function placesOfAll(terms: readonly Term[], view: ClusterView): Places {
  const places: Places = new Map();
  for (const each of view.podClasses.values()) {
    if (!terms.every((term) => term.matches(each))) continue;
    for (const { key } of terms) addToPlaces(places, key, { each, amount: 1, view });
  }
  return places;
}

function placesOfEach(terms: readonly Term[], view: ClusterView): Places {
  const places: Places = new Map();
  for (const term of terms) {
    for (const each of view.podClasses.values()) {
      if (term.matches(each)) addToPlaces(places, term.key, { each, amount: 1, view });
    }
  }
  return places;
}

/** Places that pods already there keep this pod from. */
function forbiddenPlaces(pod: PodInfo, view: ClusterView): Places {
  const places: Places = new Map();
  for (const each of view.podClasses.values()) {
    const terms = each.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const term of terms.map((declared) => termOf(each, declared, view))) {
      if (term.matches(pod)) addToPlaces(places, term.key, { each, amount: 1, view });
    }
  }
  return places;
}

const requiredTerms = (pod: PodInfo, view: ClusterView, which: "podAffinity" | "podAntiAffinity"): readonly Term[] =>
  (pod.pod.spec?.affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
    termOf(pod, term, view),
  );

/** The first pod of a group that wants its own company may start it anywhere that has the labels. */
function affinityTest(pod: PodInfo, view: ClusterView): (node: NodeInfo) => boolean {
  const terms = requiredTerms(pod, view, "podAffinity");
  const places = placesOfAll(terms, view);
  const founder = places.size === 0 && terms.every((term) => term.matches(pod));
  return (node) => terms.every(({ key }) => node.labels[key] !== undefined && (founder || hasPlace(places, key, node)));
}

function filterOf(pod: PodInfo, view: ClusterView): NodeFilter {
  const near = affinityTest(pod, view);
  const avoided = requiredTerms(pod, view, "podAntiAffinity");
  const taken = placesOfEach(avoided, view);
  const forbidden = forbiddenPlaces(pod, view);
  return (node) => {
    if (!near(node)) return AFFINITY;
    if (avoided.some(({ key }) => hasPlace(taken, key, node))) return ANTI_AFFINITY;
    const keptOut = Object.entries(node.labels).some(([key, value]) => (forbidden.get(placeId(key, value)) ?? 0) > 0);
    return keptOut ? EXISTING_ANTI_AFFINITY : undefined;
  };
}

interface Wish {
  readonly declared: PodAffinityTerm;
  readonly weight: number;
}

/** Weighted terms: affinity adds points, anti-affinity takes them. */
function wishesOf(affinity: NonNullable<PodInfo["pod"]["spec"]>["affinity"]): readonly Wish[] {
  const near = affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const far = affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...near.map(({ weight, podAffinityTerm }) => ({ declared: podAffinityTerm, weight })),
    ...far.map(({ weight, podAffinityTerm }) => ({ declared: podAffinityTerm, weight: -weight })),
  ];
}

function pointsOfPlaces(pod: PodInfo, view: ClusterView): Places {
  const places: Places = new Map();
  const own = wishesOf(pod.pod.spec?.affinity).map(({ declared, weight }) => ({
    term: termOf(pod, declared, view),
    weight,
  }));
  for (const each of view.podClasses.values()) {
    for (const { term, weight } of own) {
      if (term.matches(each)) addToPlaces(places, term.key, { each, amount: weight, view });
    }
    const required = each.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const theirs = [
      ...wishesOf(each.affinity),
      ...required.map((declared): Wish => ({ declared, weight: HARD_AFFINITY_WEIGHT })),
    ];
    for (const { declared, weight } of theirs) {
      const term = termOf(each, declared, view);
      if (term.matches(pod)) addToPlaces(places, term.key, { each, amount: weight, view });
    }
  }
  return places;
}

function normalize(points: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...points), Math.max(...points)];
  return points.map((point) => (most === least ? 0 : Math.floor((MAX_POINTS * (point - least)) / (most - least))));
}

export const interPodAffinity: Plugin = {
  name: "InterPodAffinity",
  weight: 2,
  filter(pod, view) {
    const { podAffinity, podAntiAffinity } = pod.pod.spec?.affinity ?? {};
    const anyForbids = [...view.podClasses.values()].some(({ affinity }) => affinity?.podAntiAffinity);
    return podAffinity || podAntiAffinity || anyForbids ? filterOf(pod, view) : undefined;
  },
  score(pod, view) {
    const places = pointsOfPlaces(pod, view);
    if (places.size === 0) return undefined;
    return {
      of: ({ labels }) =>
        Object.entries(labels).reduce((sum, [key, value]) => sum + (places.get(placeId(key, value)) ?? 0), 0),
      normalize,
    };
  },
  retryAfter: onAnything,
};
