// Rules of service networks and of the addresses taken from them.
import { type Check, cidr, invalid, ipAddress, isIPv6, required, type TextCheck, tooMany } from "@knots/machinery";
import { deepEqual } from "@knots/std";

/** The name of an IPAddress is the address, written in the shortest way and in lower case. */
export const canonicalAddress: TextCheck = (name) => {
  const fault = ipAddress(name);
  if (fault !== undefined) return fault;
  const long = isIPv6(name) && (name !== name.toLowerCase() || /(^|:)0[0-9a-f]/.test(name) || /:0:0:/.test(name));
  return long ? "must be in canonical form" : undefined;
};

/** An address belongs to somebody. */
export const parentIsSet: Check<{ readonly parentRef?: object }> = function* ({ parentRef }, { path }) {
  if (!parentRef) yield required(path.child("parentRef"));
};

const MESSAGE = "may have one IPv4 and one IPv6 network at most";

/** One network, or one of each family; a second family may be added later. */
export const oneOfEachFamily: Check<{ readonly cidrs?: readonly string[] }> = function* ({ cidrs = [] }, context) {
  const path = context.path.child("cidrs");
  const old = context.old?.cidrs;
  if (cidrs.length === 0) yield required(path, "at least one CIDR required");
  if (cidrs.length > 2) yield tooMany(path, cidrs.length, 2);
  for (const [index, range] of cidrs.entries()) {
    const fault = cidr(range);
    if (fault !== undefined) yield invalid(path.index(index), range, fault);
  }
  if (cidrs.length === 2 && cidrs[0]?.includes(":") === cidrs[1]?.includes(":")) yield invalid(path, cidrs, MESSAGE);
  if (!old || deepEqual(cidrs, old)) return;
  if (old.length === 1 && cidrs.length === 2 && cidrs[0] === old[0]) return;
  yield invalid(path, cidrs, "field is immutable");
};
