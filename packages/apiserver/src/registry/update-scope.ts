// What a write through a subresource may change.
import type { AnyObject } from "./objects.ts";
import type { Registry } from "./registry.ts";

/** What an update through a subresource may change; absent for the object itself. */
export interface UpdateScope {
  readonly subresource: string;
  /** What it writes to the specification is no new wish of the owner: the generation stays. */
  readonly keepsGeneration?: boolean;
  /** Who owns the fields that it writes is not recorded (binding, eviction). */
  readonly untracked?: boolean;
  /** The old object with the parts of `object` that this subresource owns. */
  readonly merge: (object: AnyObject, old: AnyObject, registry: Registry) => AnyObject;
}
