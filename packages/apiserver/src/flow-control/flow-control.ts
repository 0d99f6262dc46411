// API priority and fairness (KEP-1040): each request gets seats of its priority level, waits in a fair queue for them, or is sent away with 429.
import type { Clock } from "@knots/std";
import { overloaded } from "../errors.ts";
import type { Level } from "./level.ts";
import { Levels, type LevelView } from "./levels.ts";
import { type Digest, flowOf, inOrder, matches, type SchemaView, type View } from "./match.ts";
import { type Seed, seedLevels, seedSchemas } from "./seeds.ts";
import type { Turn } from "./turn.ts";

/** The right to be served. */
export interface Ticket {
  /** UIDs of the flow schema and the priority level, empty while those are not written yet. */
  readonly schema: string;
  readonly level: string;
  /** Gives the seats back; further calls do nothing. */
  readonly release: () => void;
}

export interface FlowControl {
  /** Resolves when it is the request's turn. Rejects with a 429 when too many wait, and with the signal's reason. */
  admit(digest: Digest, seats: number, signal: AbortSignal | undefined): Promise<Ticket>;
}

/** The objects that say what belongs where, as they are now. */
export interface FlowObjects {
  /** Changes with every change of an object. */
  readonly version: number;
  readonly schemas: () => Iterable<SchemaView>;
  readonly levels: () => Iterable<LevelView>;
}

export interface FlowControlOptions {
  readonly objects: FlowObjects;
  readonly clock: Clock;
  readonly turn: Turn;
  /** Seats of the whole server. */
  readonly seats: number;
}

/** Longest wait in a queue (milliseconds): a quarter of a request's usual time. */
const PATIENCE = 15_000;
/** Seats given in one turn of the event loop while others wait. */
const TURN_SEATS = 4;

/** With the mandatory objects, where nobody wrote them yet. */
function withMandatory<S>(found: Iterable<View<S>>, seeds: readonly Seed<S>[]): readonly View<S>[] {
  const all = [...found];
  const missing = seeds.filter(({ name, mandatory }) => mandatory && !all.some((one) => one.metadata.name === name));
  return [...all, ...missing.map(({ name, spec }) => ({ metadata: { name }, spec }))];
}

/** A request that cannot start at once. */
interface Arrival {
  readonly flow: string;
  readonly width: number;
  /** Whether its level has no seat for it now. */
  readonly limited: boolean;
  readonly signal: AbortSignal | undefined;
  readonly ticket: () => Ticket;
}

class FairControl implements FlowControl {
  readonly #options: FlowControlOptions;
  readonly #levels: Levels;
  #version: number | undefined;
  #schemas: readonly SchemaView[] = [];
  #uids = new Map<string, string>();
  #draining = false;

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#levels = new Levels(options.seats);
  }

  admit(digest: Digest, seats: number, signal: AbortSignal | undefined): Promise<Ticket> {
    this.#refresh();
    const { schema, level } = this.#classify(digest);
    const names = { schema: schema.metadata.uid ?? "", level: this.#uids.get(level.name) ?? "" };
    const { exempt, seats: share } = level.settings;
    if (exempt) return Promise.resolve({ ...names, release: () => undefined });
    const width = Math.min(seats, Math.max(1, share.most));
    const ticket = (): Ticket => ({ ...names, release: this.#releaseOnce(level, width) });
    const fits = this.#levels.fits(level, width);
    if (fits && !this.#levels.waits && !this.#options.turn.spent()) {
      level.occupy(width);
      return Promise.resolve(ticket());
    }
    return this.#wait(level, { flow: flowOf(schema, digest), width, limited: !fits, signal, ticket });
  }

  #wait(level: Level, { flow, width, limited, signal, ticket }: Arrival): Promise<Ticket> {
    this.#levels.wake(level);
    const { promise, resolve, reject } = Promise.withResolvers<Ticket>();
    const settle = (how: () => void): void => {
      timer.cancel();
      signal?.removeEventListener("abort", leave);
      how();
    };
    const leave = (): void => settle(() => reject(signal?.reason));
    const timer = this.#options.clock.setTimer(PATIENCE, () => settle(() => reject(overloaded())));
    const start = (): void => settle(() => resolve(ticket()));
    const withdraw = level.enqueue(flow, { seats: width, start }, limited);
    if (withdraw) signal?.addEventListener("abort", leave, { once: true });
    else settle(() => reject(overloaded()));
    this.#drainSoon();
    return promise.catch((error: unknown) => {
      withdraw?.();
      throw error;
    });
  }

  #releaseOnce(level: Level, seats: number): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      level.executing -= seats;
      if (this.#levels.waits) this.#drainSoon();
    };
  }

  #drainSoon(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#options.turn.next(() => {
      this.#draining = false;
      this.#drain();
    });
  }

  /** Lets the next ones go, as many as one turn of the event loop may take. */
  #drain(): void {
    let left = TURN_SEATS;
    for (let level = this.#levels.next(); level && left > 0; level = this.#levels.next()) {
      const waiter = level.take();
      left -= waiter?.seats ?? 0;
      waiter?.start();
    }
    if (this.#levels.next()) this.#drainSoon();
  }

  #classify(digest: Digest): { readonly schema: SchemaView; readonly level: Level } {
    for (const schema of this.#schemas) {
      const level = this.#levels.get(schema.spec?.priorityLevelConfiguration.name ?? "");
      if (level && matches(schema, digest)) return { schema, level };
    }
    throw new Error("the catch-all schema catches every request");
  }

  #refresh(): void {
    const { objects } = this.#options;
    if (this.#version === objects.version) return;
    this.#version = objects.version;
    const levels = withMandatory(objects.levels(), seedLevels);
    this.#levels.configure(levels);
    this.#uids = new Map(levels.map(({ metadata }) => [metadata.name ?? "", metadata.uid ?? ""]));
    this.#schemas = withMandatory(objects.schemas(), seedSchemas).toSorted(inOrder);
  }
}

export const createFlowControl = (options: FlowControlOptions): FlowControl => new FairControl(options);
