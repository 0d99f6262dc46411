// NodePorts: two pods cannot take the same port of one node.
import { portsClash } from "../snapshot/pod-info.ts";
import { onRoom, type Plugin } from "./plugin.ts";

export const nodePorts: Plugin = {
  name: "NodePorts",
  filter({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    const rejection = { reasons: ["node(s) didn't have free ports for the requested pod ports"] };
    return ({ pods }) => {
      const taken = [...pods.values()].flatMap((other) => other.hostPorts);
      return hostPorts.some((port) => taken.some((other) => portsClash(port, other))) ? rejection : undefined;
    };
  },
  retryAfter: onRoom,
};
