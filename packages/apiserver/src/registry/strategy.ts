// What one kind does beyond the common rules: a value with hooks, all optional.
import type { DeleteOptions } from "@knots/client";
import type { FieldError } from "@knots/machinery";
import type { Clock, Random } from "@knots/std";
import type { RequestContext } from "../context.ts";
import type { AnyObject } from "./objects.ts";
import type { Alongside } from "./storage.ts";

/** What hooks may use; time and randomness come from here. */
export interface StrategyTools {
  readonly clock: Clock;
  readonly random: Random;
}

/** An object together with the claims (addresses, ports) that its write must win. */
export interface Claimed {
  readonly object: AnyObject;
  readonly alongside?: Alongside;
  /** Says why the write was refused, when a claim was lost to another object and trying again is no use. */
  readonly lost?: () => Promise<Error | undefined>;
}

/** Hooks of a kind. Objects are frozen: hooks return changed copies. */
export interface Strategy {
  /** Whether an update of a missing object creates it. */
  readonly createOnUpdate?: boolean;
  /** Seconds after which objects go away by themselves. */
  readonly ttlSeconds?: number;
  /** Sets what clients may not choose. Runs after mutating admission. */
  readonly prepareCreate?: (object: AnyObject, tools: StrategyTools, context: RequestContext) => AnyObject;
  /** Keeps what an update of the object itself may not change; status is kept already. */
  readonly prepareUpdate?: (object: AnyObject, old: AnyObject, tools: StrategyTools) => AnyObject;
  /** Shapes a write through the status subresource; spec and owner references are kept already. */
  readonly prepareStatus?: (object: AnyObject, old: AnyObject, tools: StrategyTools) => AnyObject;
  /** Rules beyond the schema's. `old` is absent on create. */
  readonly validate?: (object: AnyObject, old?: AnyObject) => Iterable<FieldError>;
  readonly warnings?: (object: AnyObject, old?: AnyObject) => Iterable<string>;
  /** Whether a deletion that says nothing of dependents leaves them behind. */
  readonly orphansByDefault?: boolean;
  /** Throws when the object may not be deleted at all. */
  readonly checkDelete?: (object: AnyObject) => void;
  /** Seconds between the call and the removal; 0 or absent: at once. */
  readonly gracePeriod?: (object: AnyObject, options: DeleteOptions) => number;
  /** Changes beside the deletion timestamp when a deletion is marked. */
  readonly prepareMark?: (object: AnyObject, tools: StrategyTools) => AnyObject;
  /** Whether an object marked for deletion may go now that no finalizer is left. */
  readonly removable?: (object: AnyObject) => boolean;
  /** Chooses and claims what is unique in the cluster. Called anew for each try. */
  readonly claim?: (object: AnyObject, old: AnyObject | undefined, tools: StrategyTools) => Promise<Claimed>;
  /** Gives back claims of an object that goes away. */
  readonly release?: (object: AnyObject) => Alongside;
  /** Throws when this user may not write such an object (privilege escalation). */
  readonly authorizeWrite?: (object: AnyObject, old: AnyObject | undefined, context: RequestContext) => void;
}

/** A kind without peculiarities. */
export const PLAIN: Strategy = {};

/** Strategies by `<group>/<plural>`. */
export type Strategies = Readonly<Record<string, Strategy>>;
