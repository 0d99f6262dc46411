// NodeAffinity: nodeSelector, and required and preferred node affinity.
import type { NodeSelectorTerm } from "@knots/api";
import { selectorFromLabels, selectorFromObject } from "@knots/machinery";
import type { NodeInfo } from "../snapshot/node-info.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";
import { onNodeChange, type Plugin, scaled } from "./plugin.ts";

type NodeTest = (node: NodeInfo) => boolean;

/** A term without rules matches nothing. */
function termTest({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): NodeTest {
  if (matchExpressions.length === 0 && matchFields.length === 0) return () => false;
  const labels = selectorFromObject({ matchExpressions });
  const fields = selectorFromObject({ matchExpressions: matchFields });
  return (node) => labels.matches(node.labels) && fields.matches({ "metadata.name": node.name });
}

/** Whether a node satisfies the pod's nodeSelector and required affinity. */
export function requiredNodes({ pod }: PodInfo): NodeTest | undefined {
  const { nodeSelector, affinity } = pod.spec ?? {};
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!nodeSelector && !required) return undefined;
  const selector = selectorFromLabels(nodeSelector ?? {});
  const terms = required?.nodeSelectorTerms?.map(termTest);
  return (node) => selector.matches(node.labels) && (terms?.some((matches) => matches(node)) ?? true);
}

export const nodeAffinity: Plugin = {
  name: "NodeAffinity",
  weight: 2,
  filter(pod) {
    const required = requiredNodes(pod);
    const rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], final: true };
    return required && ((node) => (required(node) ? undefined : rejection));
  },
  score({ pod }) {
    const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    const terms = preferred.map(({ weight, preference }) => ({ weight, matches: termTest(preference) }));
    return {
      of: (node) => terms.reduce((sum, { weight, matches }) => sum + (matches(node) ? weight : 0), 0),
      normalize: (points) => scaled(points),
    };
  },
  retryAfter: onNodeChange,
};
