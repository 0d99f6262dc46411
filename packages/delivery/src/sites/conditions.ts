// Conditions of a site from reasons: the sentence comes from texts, the transition time from upstream's rule.
import type { Site } from "@knots/api";
import { type Condition, withCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";
import type { Values } from "../texts/catalogue.ts";
import { CONDITIONS } from "../texts/conditions.ts";
import { english } from "../texts/say.ts";

/** A condition before it has words; `good` is its status, undefined while nobody knows. */
export interface Aspect {
  readonly reason: keyof typeof CONDITIONS;
  readonly good: boolean | undefined;
  readonly values?: Values;
}

const truth = (good: boolean | undefined): Condition["status"] =>
  good === undefined ? "Unknown" : good ? "True" : "False";

/** The site's conditions with these aspects in place; others stay. */
export function conditionList(
  site: Site,
  now: number,
  aspects: Readonly<Record<string, Aspect>>,
): readonly Condition[] {
  let list = site.status?.conditions ?? [];
  for (const [type, { reason, good, values }] of Object.entries(aspects)) {
    list = withCondition(list, {
      type,
      status: truth(good),
      reason,
      message: english(CONDITIONS[reason], values),
      observedGeneration: site.metadata.generation ?? 0,
      lastTransitionTime: formatTime(now),
    });
  }
  return list;
}
