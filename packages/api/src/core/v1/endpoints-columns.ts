// What `kubectl get endpoints` shows.
import { age, type Column } from "@knots/machinery";
import { firstOf, hostPort, orNone, text } from "../../columns.ts";

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly port: number }[];
}

function subsetTexts({ addresses = [], ports = [] }: Subset): readonly string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port)));
}

export const endpointsColumns: readonly Column[] = [
  text("Endpoints", "Addresses with their ports.", ({ subsets = [] }: { readonly subsets?: readonly Subset[] }) =>
    orNone(firstOf(subsets.flatMap(subsetTexts), 3)),
  ),
  age(),
];
