// How many requests an API server takes on at once, with upstream's flag names.
import { wholeNumber } from "./settings.ts";
import { UserError } from "./user-error.ts";

/** Names as the command line's parser makes them from the flags. */
export interface InflightFlags {
  readonly maxRequestsInflight?: string;
  readonly maxMutatingRequestsInflight?: string;
  readonly enablePriorityAndFairness?: string | true;
}

/** The same, understood. */
export interface InflightSettings {
  readonly inflight?: { readonly readonly: number; readonly mutating: number };
  readonly priorityAndFairness?: boolean;
}

const FAIRNESS_FLAG = "--enable-priority-and-fairness";
const BOUNDS = { min: 1, max: 1_000_000 };

function isWanted(value: string | true): boolean {
  if (value === true || value === "true") return true;
  if (value === "false") return false;
  throw new UserError("error.boolean", { flag: FAIRNESS_FLAG, value });
}

/** Checks the flags; throws a UserError that names the one that is wrong. */
export function inflightOf(flags: InflightFlags): InflightSettings {
  const { maxRequestsInflight: reads, maxMutatingRequestsInflight: writes, enablePriorityAndFairness: fair } = flags;
  const inflight = {
    readonly: wholeNumber("--max-requests-inflight", reads, { fallback: 400, ...BOUNDS }),
    mutating: wholeNumber("--max-mutating-requests-inflight", writes, { fallback: 200, ...BOUNDS }),
  };
  return {
    ...((reads !== undefined || writes !== undefined) && { inflight }),
    ...(fair !== undefined && { priorityAndFairness: isWanted(fair) }),
  };
}
