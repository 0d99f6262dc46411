// NodeName: a pod that names its node runs there or nowhere.
import { onNodeChange, type Plugin } from "./plugin.ts";

export const nodeName: Plugin = {
  name: "NodeName",
  filter({ pod }) {
    const wanted = pod.spec?.nodeName;
    if (!wanted) return undefined;
    const rejection = { reasons: ["node(s) didn't match the requested node name"], final: true };
    return ({ name }) => (name === wanted ? undefined : rejection);
  },
  retryAfter: onNodeChange,
};
