// TaintToleration: pods stay off nodes whose taints they do not tolerate, and prefer nodes with fewer soft ones.
import type { Taint } from "@knots/api";
import { isTolerated } from "@knots/machinery";
import { onNodeChange, type Plugin, scaled } from "./plugin.ts";

const HARD = new Set(["NoSchedule", "NoExecute"]);

export const taintToleration: Plugin = {
  name: "TaintToleration",
  weight: 3,
  filter({ pod }) {
    const tolerations = pod.spec?.tolerations;
    return ({ node }) => {
      const taint = node.spec?.taints?.find((each) => HARD.has(each.effect) && !isTolerated(each, tolerations));
      if (!taint) return undefined;
      return { reasons: [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`], final: true };
    };
  },
  score({ pod }) {
    const soft = (pod.spec?.tolerations ?? []).filter(({ effect }) => !effect || effect === "PreferNoSchedule");
    const isAvoided = (taint: Taint): boolean => taint.effect === "PreferNoSchedule" && !isTolerated(taint, soft);
    return {
      of: ({ node }) => (node.spec?.taints ?? []).filter(isAvoided).length,
      normalize: (points) => scaled(points, true),
    };
  },
  retryAfter: onNodeChange,
};
