// The port through which service rules reach a kernel.
import type { StaleFlows } from "./stale-flows.ts";
import type { StandingTable } from "./table.ts";
import type { KeptElements } from "./transaction.ts";

/** What a table in the kernel says about itself. */
export interface TableState {
  readonly generation: number;
  readonly kept: KeptElements;
  readonly standing: StandingTable;
}

export interface RulesKernel {
  /** One transaction; rejects with nothing changed when the kernel refuses. */
  apply(script: string): Promise<void>;
  /** Reads a table of ours; undefined when there is none. */
  read(table: string): Promise<TableState | undefined>;
  /** Only the generation, which is quick. */
  generation(table: string): Promise<number | undefined>;
  /** Forgets connection entries. */
  forget(flows: readonly StaleFlows[]): Promise<void>;
  remove(table: string): Promise<void>;
  /** Tells the names of removed tables, or no name when some may have been missed, until the signal; then resolves. */
  watch(removed: (table?: string) => void, signal: AbortSignal): Promise<void>;
}
