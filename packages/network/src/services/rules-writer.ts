// Writes rules: as a difference while the kernel has what we wrote last, as a whole otherwise.
import type { Logger } from "@knots/std";
import type { RulesKernel, TableState } from "./kernel.ts";
import type { PortChange, PortTable } from "./port-table.ts";
import { ruleset } from "./ruleset.ts";
import { type StaleFlows, staleFlows } from "./stale-flows.ts";
import type { Ruleset, RulesetOptions } from "./table.ts";
import { fullScript, takeOverScript, updateScript } from "./transaction.ts";

/** What a write did: nothing to do, a difference, or the whole table. */
export type Written = false | "updated" | "rebuilt";

export interface RulesWriter {
  /** Brings the kernel to the table's ports. When it rejects, the next write is a whole one. */
  write(change: PortChange, ports: PortTable): Promise<Written>;
  /** Looks whether the kernel still has what was written last. */
  verify(): Promise<void>;
}

const CHANGED = "the table of service rules was changed by somebody else and is written anew";

interface LastWrite {
  readonly rules: Ruleset;
  readonly generation: number;
}

export interface WriterOptions {
  readonly kernel: RulesKernel;
  readonly table: RulesetOptions;
  readonly log: Logger;
}

/**
 * Changes a table of ours that stands in place: packets would get lost in the moment between it and a new one. Says
 * whether that was possible.
 */
async function takeOver(state: TableState, rules: Ruleset, { kernel, log }: WriterOptions): Promise<boolean> {
  const script = takeOverScript(state.standing, rules, state.generation);
  if (script === undefined) return false;
  try {
    await kernel.apply(script);
    return true;
  } catch (error) {
    log.warn("the table of service rules cannot be changed in place and is replaced", { error });
    return false;
  }
}

/** Creates a writer that has written nothing: its first write takes over whatever stands there, in one transaction. */
export function createRulesWriter(options: WriterOptions): RulesWriter {
  const { kernel, table, log } = options;
  let last: LastWrite | undefined;

  const rebuild = async (rules: Ruleset): Promise<Written> => {
    last = undefined;
    const state = await kernel.read(table.table);
    const generation = (state?.generation ?? 0) + 1;
    if (!(state && (await takeOver(state, rules, options)))) {
      await kernel.apply(fullScript(rules, generation, state?.kept));
    }
    last = { rules, generation };
    return "rebuilt";
  };
  const update = async (before: LastWrite, rules: Ruleset): Promise<Written> => {
    const script = updateScript(before.rules, rules, before.generation);
    if (script === "") return false;
    try {
      await kernel.apply(script);
      last = { rules, generation: before.generation + 1 };
      return "updated";
    } catch (error) {
      log.warn(CHANGED, { error });
      return await rebuild(rules);
    }
  };
  // Entries may only go once the rules that made them are gone, so they wait for the write that succeeds.
  let stale: readonly StaleFlows[] = [];
  const forget = async (): Promise<void> => {
    const flows = stale;
    stale = [];
    if (flows.length === 0) return;
    await kernel.forget(flows).catch((error: unknown) => log.error("UDP entries could not be forgotten", { error }));
  };
  return {
    async write(change, { ports }) {
      stale = [...stale, ...staleFlows(change.before, change.after)];
      const rules = ruleset(ports, table);
      const written = last ? await update(last, rules) : await rebuild(rules);
      await forget();
      return written;
    },
    async verify() {
      if (!last || (await kernel.generation(table.table)) === last.generation) return;
      log.warn(CHANGED);
      last = undefined;
    },
  };
}
