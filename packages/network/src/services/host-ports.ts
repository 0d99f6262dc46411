// Host ports of pods as virtual ports, so that they need no other firewall program.
import type { Pod } from "@knots/api";
import { protocolOf, type VirtualPort } from "./model.ts";

const ANY_ADDRESS = new Set(["", "0.0.0.0"]);

/** Virtual ports for the host ports of one pod of this node; none while it has no address or once it has ended. */
export function hostPorts({ metadata, spec, status }: Pod): readonly VirtualPort[] {
  const address = status?.podIP;
  if (!address || spec.hostNetwork || status.phase === "Succeeded" || status.phase === "Failed") return [];
  const sidecars = (spec.initContainers ?? []).filter((container) => container.restartPolicy === "Always");
  return [...spec.containers, ...sidecars].flatMap((container) =>
    (container.ports ?? []).flatMap(({ hostPort, hostIP = "", containerPort, protocol }): VirtualPort[] => {
      if (!hostPort) return [];
      const targets = [{ address, port: containerPort }];
      const anywhere = ANY_ADDRESS.has(hostIP);
      return [
        {
          name: `host port ${hostIP}:${hostPort} of ${metadata.namespace}/${metadata.name}`,
          protocol: protocolOf(protocol),
          port: hostPort,
          ...(anywhere && { nodePort: hostPort }),
          externalAddresses: anywhere ? [] : [hostIP],
          targets,
          outsideTargets: targets,
          keepSource: true,
        },
      ];
    }),
  );
}
