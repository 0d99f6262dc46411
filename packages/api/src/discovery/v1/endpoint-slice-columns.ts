// What `kubectl get endpointslices` shows.
import { age, type Column } from "@knots/machinery";
import { firstOf, text } from "../../columns.ts";

interface SliceView {
  readonly addressType: string;
  readonly ports?: readonly { readonly port?: number }[];
  readonly endpoints?: readonly { readonly addresses: readonly string[] }[];
}
const UNSET = "<unset>";
const shown = (texts: readonly string[]): string => (texts.length > 0 ? firstOf(texts, 3) : UNSET);

export const endpointSliceColumns: readonly Column[] = [
  text("AddressType", "Family of the addresses.", ({ addressType }: SliceView) => addressType),
  text("Ports", "Ports of every endpoint.", ({ ports }: SliceView) =>
    shown((ports ?? []).map(({ port }) => (port === undefined ? "*" : `${port}`))),
  ),
  text("Endpoints", "Addresses of the endpoints.", ({ endpoints }: SliceView) =>
    shown((endpoints ?? []).flatMap(({ addresses }) => addresses)),
  ),
  age(),
];
