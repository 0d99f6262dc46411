// All priority levels of a server: who has how many seats, and who borrows whose.
import type { PriorityLevelConfigurationSpec } from "@knots/api";
import { Level, type LevelSettings, type Seats } from "./level.ts";
import type { View } from "./match.ts";

export type LevelView = View<PriorityLevelConfigurationSpec>;

const DEFAULT_SHARES = 30;

const sharesOf = ({ spec }: LevelView): number =>
  spec?.type === "Exempt"
    ? (spec.exempt?.nominalConcurrencyShares ?? 0)
    : (spec?.limited?.nominalConcurrencyShares ?? DEFAULT_SHARES);

function seatsOf(level: LevelView, total: number, shares: number): Seats {
  const { limited, exempt } = level.spec ?? {};
  const nominal = Math.ceil((total * sharesOf(level)) / Math.max(1, shares));
  const lendable = Math.round((nominal * ((limited ?? exempt)?.lendablePercent ?? 0)) / 100);
  const borrow = limited?.borrowingLimitPercent;
  const most = borrow === undefined ? total : Math.min(total, nominal + Math.round((nominal * borrow) / 100));
  return { nominal, reserved: nominal - lendable, most: Math.max(1, most) };
}

function settingsOf(level: LevelView, seats: Seats): LevelSettings {
  const { type, limited } = level.spec ?? {};
  const { queuing } = limited?.limitResponse ?? {};
  const { queues = 64, handSize = 8, queueLengthLimit = 50 } = queuing ?? {};
  const exempt = type === "Exempt";
  // One queue of no length: nobody waits for a seat there, only for the server's next turn.
  if (!queuing) return { seats, exempt, queues: 1, handSize: 1, queueLength: 0 };
  return { seats, exempt, queues, handSize: Math.min(handSize, queues), queueLength: queueLengthLimit };
}

export class Levels {
  readonly #total: number;
  #levels = new Map<string, Level>();
  /** Those that are no more, while requests of theirs wait or run. */
  #leaving: Level[] = [];

  /** `total`: seats of the whole server. */
  constructor(total: number) {
    this.#total = total;
  }

  get(name: string): Level | undefined {
    return this.#levels.get(name);
  }

  configure(all: readonly LevelView[]): void {
    const shares = all.reduce((sum, level) => sum + sharesOf(level), 0);
    const before = this.#levels;
    this.#levels = new Map();
    for (const object of all) {
      const name = object.metadata.name ?? "";
      const settings = settingsOf(object, seatsOf(object, this.#total, shares));
      const level = before.get(name) ?? new Level(name, settings);
      level.configure(settings);
      this.#levels.set(name, level);
      before.delete(name);
    }
    this.#leaving = [...this.#leaving, ...before.values()].filter(({ waits, executing }) => waits || executing > 0);
  }

  /** Whether so many seats are there for this level: its own reserve, or what nobody else has a right to. */
  fits(level: Level, seats: number): boolean {
    if (level.executing === 0) return true;
    const wanted = level.executing + seats;
    const { reserved, most } = level.settings.seats;
    if (wanted <= reserved) return true;
    if (wanted > most) return false;
    let taken = wanted;
    for (const other of this.#all()) {
      if (other !== level && !other.settings.exempt) taken += Math.max(other.executing, other.settings.seats.reserved);
    }
    return taken <= this.#total;
  }

  /** The level whose first waiter may go now: among those the one that was served least for its share. */
  next(): Level | undefined {
    let best: Level | undefined;
    for (const level of this.#all()) {
      const { next } = level;
      if (next && this.fits(level, next.seats) && (!best || level.served < best.served)) best = level;
    }
    return best;
  }

  get waits(): boolean {
    for (const level of this.#all()) if (level.waits) return true;
    return false;
  }

  /** A level that had nothing to do does not save up for later. */
  wake(level: Level): void {
    let least: number | undefined;
    for (const other of this.#all()) {
      if (other !== level && other.waits) least = Math.min(least ?? other.served, other.served);
    }
    if (!level.waits && least !== undefined) level.served = Math.max(level.served, least);
  }

  *#all(): Iterable<Level> {
    yield* this.#levels.values();
    yield* this.#leaving;
  }
}
