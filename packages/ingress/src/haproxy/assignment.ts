// Which spare backend serves which service port, and which of its server slots holds which endpoint.

/** `ready` takes requests, `drain` only finishes what runs, `maint` is free. */
export type SlotState = "ready" | "drain" | "maint";

/** One server line of HAProxy's configuration. */
export interface Slot {
  readonly state: SlotState;
  readonly address?: string;
  readonly port?: number;
  /** `namespace/name` of the pod behind the slot. */
  readonly pod?: string;
}

/** One backend of the configuration; without `owner` it is spare. */
export interface Site {
  /** Name of the service port, such as `default/web:80`. */
  readonly owner?: string;
  readonly slots: readonly Slot[];
}

/** Everything that HAProxy holds, in the order of its configuration. */
export interface Assignment {
  readonly sites: readonly Site[];
}

export const FREE: Slot = { state: "maint" };

/** How many backends and slots a configuration holds. */
export interface Capacity {
  readonly sites: number;
  readonly slots: number;
}

/** The assignment of a fresh configuration. */
export function emptyAssignment({ sites, slots }: Capacity): Assignment {
  return { sites: Array.from({ length: sites }, () => ({ slots: Array.from({ length: slots }, () => FREE) })) };
}

/** Makes room: more backends, more slots in each; what is assigned stays where it is. */
export function grown(assignment: Assignment, { sites, slots }: Capacity): Assignment {
  const missing = Math.max(0, sites - assignment.sites.length);
  const wide = (site: Site): Site => ({
    ...site,
    slots: [...site.slots, ...Array.from({ length: Math.max(0, slots - site.slots.length) }, () => FREE)],
  });
  const spare: Site = { slots: [] };
  return { sites: [...assignment.sites, ...Array.from({ length: missing }, () => spare)].map(wide) };
}

/** What is there now. */
export function capacityOf({ sites }: Assignment): Capacity {
  return { sites: sites.length, slots: sites[0]?.slots.length ?? 0 };
}

export const siteName = (index: number): string => `site${index}`;
export const slotName = (index: number): string => `s${index}`;
