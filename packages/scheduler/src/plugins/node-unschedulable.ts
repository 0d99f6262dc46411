// NodeUnschedulable: a cordoned node takes no new pods, except those that tolerate its mark.
import { isTolerated } from "@knots/machinery";
import { onNodeChange, type Plugin } from "./plugin.ts";

const MARK = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export const nodeUnschedulable: Plugin = {
  name: "NodeUnschedulable",
  filter({ pod }) {
    if (isTolerated(MARK, pod.spec?.tolerations)) return undefined;
    const rejection = { reasons: ["node(s) were unschedulable"], final: true };
    return ({ node }) => (node.spec?.unschedulable ? rejection : undefined);
  },
  retryAfter: onNodeChange,
};
