// Which connection entries of UDP the kernel must forget, because they lead to who no longer answers, or past who does.
import type { Target, VirtualPort } from "./model.ts";

/** Entries of UDP in the kernel's connection table. */
export type StaleFlows =
  /** Those that are answered by a target that is gone. */
  | { readonly answeredBy: Target }
  /** Those that were made to an address or node port before anyone answered there. */
  | { readonly sentTo: { readonly address?: string; readonly port: number } };

const keyOf = ({ address, port }: Target): string => `${address}:${port}`;

function udpTargets(ports: readonly VirtualPort[]): ReadonlyMap<string, Target> {
  const udp = ports.filter(({ protocol }) => protocol === "udp");
  return new Map(
    udp.flatMap(({ targets, outsideTargets }) =>
      [...targets, ...outsideTargets].map((target) => [keyOf(target), target] as const),
    ),
  );
}

/** Addresses and node ports of UDP that somebody answers. */
function answered(ports: readonly VirtualPort[]) {
  const places = ports
    .filter(({ protocol }) => protocol === "udp")
    .flatMap((port) => [
      ...(port.targets.length > 0 && port.clusterAddress ? [{ address: port.clusterAddress, port: port.port }] : []),
      ...(port.outsideTargets.length > 0
        ? port.externalAddresses.map((address) => ({ address, port: port.port }))
        : []),
      ...(port.outsideTargets.length > 0 && port.nodePort ? [{ port: port.nodePort }] : []),
    ]);
  return new Map(places.map((place) => [JSON.stringify(place), place] as const));
}

/** What to forget once the rules have gone from `before` to `after`. TCP needs nothing: its ends notice themselves. */
export function staleFlows(before: readonly VirtualPort[], after: readonly VirtualPort[]): readonly StaleFlows[] {
  const [oldTargets, newTargets] = [udpTargets(before), udpTargets(after)];
  const [oldPlaces, newPlaces] = [answered(before), answered(after)];
  return [
    ...[...oldTargets].filter(([key]) => !newTargets.has(key)).map(([, answeredBy]) => ({ answeredBy })),
    ...[...newPlaces].filter(([key]) => !oldPlaces.has(key)).map(([, sentTo]) => ({ sentTo })),
  ];
}
