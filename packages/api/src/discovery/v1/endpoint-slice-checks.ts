// Rules of an endpoint slice: its size, and addresses of its family.
import {
  type Check,
  dns1123Subdomain,
  type FieldError,
  fieldPath,
  invalid,
  isIPv6,
  parseIPv4,
  tooMany,
} from "@knots/machinery";
import { checkNames } from "../../checks.ts";

const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;

interface SliceView {
  readonly addressType: string;
  readonly endpoints?: readonly { readonly addresses: readonly string[] }[];
  readonly ports?: readonly { readonly name?: string }[];
}

function familyFault(address: string, family: string): string | undefined {
  if (family === "IPv4") return parseIPv4(address) === undefined ? "must be an IPv4 address" : undefined;
  if (family === "IPv6") return isIPv6(address) ? undefined : "must be an IPv6 address";
  return dns1123Subdomain(address);
}

export const sliceSize: Check<SliceView> = function* ({ endpoints = [], ports = [] }) {
  if (endpoints.length > MAX_ENDPOINTS) yield tooMany(fieldPath("endpoints"), endpoints.length, MAX_ENDPOINTS);
  if (ports.length > MAX_PORTS) yield tooMany(fieldPath("ports"), ports.length, MAX_PORTS);
  yield* checkNames(fieldPath("ports"), ports);
};

export const addressesOfFamily: Check<SliceView> = function* ({ addressType, endpoints = [] }): Iterable<FieldError> {
  for (const [index, { addresses = [] }] of endpoints.entries()) {
    const path = fieldPath("endpoints").index(index).child("addresses");
    if (addresses.length > MAX_ADDRESSES) yield tooMany(path, addresses.length, MAX_ADDRESSES);
    for (const [place, address] of addresses.entries()) {
      const fault = familyFault(address, addressType);
      if (fault !== undefined) yield invalid(path.index(place), address, fault);
    }
  }
};
