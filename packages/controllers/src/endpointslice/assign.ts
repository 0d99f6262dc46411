// Puts endpoints into slices so that as few slices as possible change: what is placed stays, what is new fills gaps.
import type { Endpoint, EndpointSlice } from "@knots/api";
import { deepEqual } from "@knots/std";

/** Most endpoints in one slice. */
export const SLICE_LIMIT = 100;

/** A slice as it shall be: an existing one, or (without `slice`) a new one. */
export interface Assigned {
  readonly slice?: EndpointSlice;
  readonly endpoints: readonly Endpoint[];
  readonly changed: boolean;
}

const idOf = (endpoint: Endpoint): string => endpoint.targetRef?.uid ?? endpoint.addresses.join(",");

interface Draft {
  readonly slice: EndpointSlice;
  endpoints: Endpoint[];
  changed: boolean;
}

/** Keeps what is still wanted in its place, in its newest version; the rest of `wanted` is left over. */
function keep(slices: readonly EndpointSlice[], wanted: Map<string, Endpoint>): readonly Draft[] {
  return slices.map((slice) => {
    const endpoints: Endpoint[] = [];
    let changed = false;
    for (const old of slice.endpoints ?? []) {
      const next = wanted.get(idOf(old));
      wanted.delete(idOf(old));
      changed ||= !next || !deepEqual(old, next);
      if (next) endpoints.push(next);
    }
    return { slice, endpoints, changed };
  });
}

/** Gaps in slices that change anyway are filled first; then the fullest other slice that has room for the rest. */
function fill(drafts: readonly Draft[], rest: Endpoint[]): void {
  const byFill = drafts.toSorted((a, b) => b.endpoints.length - a.endpoints.length);
  const add = (draft: Draft): void => {
    const room = SLICE_LIMIT - draft.endpoints.length;
    const taken = rest.splice(0, Math.max(0, room));
    if (taken.length === 0) return;
    draft.endpoints.push(...taken);
    draft.changed = true;
  };
  for (const draft of byFill.filter(({ changed }) => changed)) add(draft);
  const left = rest.length % SLICE_LIMIT;
  const roomy = byFill.find(({ changed, endpoints }) => !changed && left > 0 && endpoints.length + left <= SLICE_LIMIT);
  if (!roomy) return;
  roomy.endpoints.push(...rest.splice(rest.length - left, left));
  roomy.changed = true;
}

/** Assigns `endpoints` to the existing `slices` (all of one address family and one set of ports) and to new ones. */
export function assign(slices: readonly EndpointSlice[], endpoints: readonly Endpoint[]): readonly Assigned[] {
  const wanted = new Map(endpoints.map((endpoint) => [idOf(endpoint), endpoint]));
  const drafts = keep(slices, wanted);
  const rest = [...wanted.values()];
  fill(drafts, rest);
  const fresh: Assigned[] = [];
  while (rest.length > 0) fresh.push({ endpoints: rest.splice(0, SLICE_LIMIT), changed: true });
  return [...drafts, ...fresh];
}
