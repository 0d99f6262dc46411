// The limit without fairness (`--enable-priority-and-fairness=false`): so many reads and so many writes at once, and no queue.
import { overloaded } from "../errors.ts";
import { MASTERS_GROUP } from "../user.ts";
import type { FlowControl, Ticket } from "./flow-control.ts";

export interface InflightLimits {
  /** Requests at once that only read (`--max-requests-inflight`). */
  readonly readonly: number;
  /** Requests at once that write (`--max-mutating-requests-inflight`). */
  readonly mutating: number;
}

const UNCOUNTED: Ticket = { schema: "", level: "", release: () => undefined };
const READING = ["get", "list", "watch", "head"];

/** Administrators are never sent away. */
export function createInflightLimit({ readonly, mutating }: InflightLimits): FlowControl {
  const reads = { most: readonly, now: 0 };
  const writes = { most: mutating, now: 0 };
  return {
    async admit({ verb, user }) {
      const kind = READING.includes(verb) ? reads : writes;
      const full = kind.now >= kind.most;
      if (full && !user.groups.includes(MASTERS_GROUP)) throw overloaded();
      if (full) return UNCOUNTED;
      kind.now++;
      let held = true;
      return {
        schema: "",
        level: "",
        release() {
          if (held) kind.now--;
          held = false;
        },
      };
    },
  };
}
