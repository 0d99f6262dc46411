// Places endpoints in slots: the commands for HAProxy's runtime socket, and the assignment that they lead to. Pure.
import type { Backend, Endpoint } from "../routes/routes.ts";
import { type Assignment, FREE, type Site, type Slot, siteName, slotName } from "./assignment.ts";

/** Slots that were told to drain, with the pod that waits for it. */
export interface SlotsPlan {
  readonly assignment: Assignment;
  readonly commands: readonly string[];
  /** Backends or endpoints that found no room; the configuration must grow. */
  readonly missing: { readonly sites: number; readonly slots: number };
}

const sameTarget = (slot: Slot, endpoint: Endpoint): boolean =>
  slot.address === endpoint.address && slot.port === endpoint.port;

function slotFor(endpoint: Endpoint): Slot {
  const { address, port, pod } = endpoint;
  return { state: "ready", address, port, ...(pod !== undefined && { pod }) };
}

interface Placed {
  readonly slots: readonly Slot[];
  readonly overflow: number;
}

/** Slots of one backend for its endpoints: known ones stay, gone ones drain, new ones take free slots. */
function place(slots: readonly Slot[], backend: Backend | undefined): Placed {
  const endpoints = backend?.endpoints ?? [];
  const next = slots.map((slot): Slot => {
    if (slot.state === "maint") return slot;
    const wanted = endpoints.find((endpoint) => sameTarget(slot, endpoint));
    return wanted ? slotFor(wanted) : { ...slot, state: "drain" };
  });
  let overflow = 0;
  for (const endpoint of endpoints) {
    if (next.some((slot) => slot.state === "ready" && sameTarget(slot, endpoint))) continue;
    const free = next.findIndex((slot) => slot.state === "maint");
    if (free < 0) overflow++;
    else next[free] = slotFor(endpoint);
  }
  return { slots: next, overflow };
}

function slotCommands(site: number, before: readonly Slot[], after: readonly Slot[]): readonly string[] {
  return after.flatMap((slot, index) => {
    const old = before[index] ?? FREE;
    const server = `${siteName(site)}/${slotName(index)}`;
    const moved = slot.state === "ready" && (old.address !== slot.address || old.port !== slot.port);
    return [
      ...(moved ? [`set server ${server} addr ${slot.address} port ${slot.port}`] : []),
      ...(old.state !== slot.state || moved ? [`set server ${server} state ${slot.state}`] : []),
    ];
  });
}

const isEmpty = (site: Site): boolean => site.slots.every((slot) => slot.state === "maint");

/** Gives every backend a site: its own from before, or a spare one. */
function owners(
  sites: readonly Site[],
  backends: readonly Backend[],
): { readonly sites: readonly Site[]; readonly missing: number } {
  const wanted = new Set(backends.map(({ name }) => name));
  const kept = sites.map(
    (site): Site =>
      site.owner !== undefined && !wanted.has(site.owner) && isEmpty(site) ? { slots: site.slots } : site,
  );
  let missing = 0;
  for (const { name } of backends) {
    if (kept.some((site) => site.owner === name)) continue;
    const spare = kept.findIndex((site) => site.owner === undefined);
    if (spare < 0) missing++;
    else kept[spare] = { owner: name, slots: kept[spare]?.slots ?? [] };
  }
  return { sites: kept, missing };
}

/** What to tell HAProxy so that its slots hold the endpoints of `backends`. */
export function slotsPlan(before: Assignment, backends: readonly Backend[]): SlotsPlan {
  const { sites, missing } = owners(before.sites, backends);
  const byName = new Map(backends.map((backend) => [backend.name, backend]));
  const placed = sites.map((site) => ({
    site,
    ...place(site.slots, site.owner === undefined ? undefined : byName.get(site.owner)),
  }));
  const after = placed.map(({ site, slots }): Site => ({ ...site, slots }));
  return {
    assignment: { sites: after },
    commands: after.flatMap((site, index) => slotCommands(index, before.sites[index]?.slots ?? [], site.slots)),
    missing: { sites: missing, slots: Math.max(0, ...placed.map(({ overflow }) => overflow)) },
  };
}

/** Frees draining slots that hold no session any more; `sessions` counts them by `siteK/sJ`. */
export function releasePlan(before: Assignment, sessions: ReadonlyMap<string, number>): SlotsPlan {
  const after = before.sites.map(
    (site, siteIndex): Site => ({
      ...site,
      slots: site.slots.map((slot, index): Slot => {
        const idle = sessions.get(`${siteName(siteIndex)}/${slotName(index)}`) === 0;
        return slot.state === "drain" && idle ? FREE : slot;
      }),
    }),
  );
  return {
    assignment: { sites: after },
    commands: after.flatMap((site, index) => slotCommands(index, before.sites[index]?.slots ?? [], site.slots)),
    missing: { sites: 0, slots: 0 },
  };
}
