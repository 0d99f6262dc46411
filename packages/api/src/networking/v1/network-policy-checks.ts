// Rules of network policies: peers, ports, ranges of addresses.
import {
  type Check,
  cidr,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  parseCidr,
  required,
} from "@knots/machinery";
import { checkPort } from "../../checks.ts";

interface BlockView {
  readonly cidr?: string;
  readonly except?: readonly string[];
}

/** Whether `inner` lies within `outer` and is smaller; true for IPv6, whose ranges are not compared. */
function isStrictlyInside(inner: string, outer: string): boolean {
  const [small, large] = [parseCidr(inner), parseCidr(outer)];
  if (!small || !large) return (small === undefined) === (large === undefined);
  return small.bits > large.bits && small.base >= large.base && small.base < large.base + large.size;
}

/** A block is a network, and its holes lie in it. */
export const smallerRanges: Check<BlockView> = function* ({ cidr: range = "", except = [] }, { path }) {
  const fault = range === "" ? undefined : cidr(range);
  if (fault !== undefined) yield invalid(path.child("cidr"), range, fault);
  for (const [index, hole] of except.entries()) {
    const at = path.child("except").index(index);
    const wrong = cidr(hole);
    if (wrong !== undefined) yield invalid(at, hole, wrong);
    else if (fault === undefined && !isStrictlyInside(hole, range)) {
      yield invalid(at, hole, "must be a strict subset of `cidr`");
    }
  }
};

/** A peer is meant by selectors or by addresses. */
export const onePeer: Check<{
  readonly podSelector?: object;
  readonly namespaceSelector?: object;
  readonly ipBlock?: object;
}> = function* ({ podSelector, namespaceSelector, ipBlock }, { path }) {
  const selected = podSelector ?? namespaceSelector;
  if (!selected && !ipBlock) yield required(path, "must specify a peer");
  if (selected && ipBlock) yield forbidden(path, "may not specify both ipBlock and another peer");
};

function* checkEnd(path: FieldPath, port: number | string | undefined, endPort: number): Iterable<FieldError> {
  const at = path.child("endPort");
  if (port === undefined) yield invalid(at, endPort, "may not be specified when `port` is not specified");
  else if (typeof port === "string") yield invalid(at, endPort, "may not be specified when `port` is non-numeric");
  else if (endPort < port) yield invalid(at, endPort, "must be greater than or equal to `port`");
}

/** A range of ports begins with a number and does not end before it. */
export const endAfterStart: Check<{ readonly port?: number | string; readonly endPort?: number }> = function* (
  { port, endPort },
  { path },
) {
  yield* checkPort(path.child("port"), port);
  if (endPort !== undefined) yield* checkEnd(path, port, endPort);
};

interface TypedView {
  readonly egress?: readonly object[];
  readonly policyTypes?: readonly ("Ingress" | "Egress")[];
}
/** A policy that does not say what it is about is about what comes in, and about what goes out if it has rules for that. */
export function policyTypesOf<T extends TypedView>(spec: T): T {
  if ((spec.policyTypes ?? []).length > 0) return spec;
  return { ...spec, policyTypes: (spec.egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"] };
}
