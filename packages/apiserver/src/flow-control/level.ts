// One priority level: seats in use, and fair queues of those who wait (start-time fair queueing).
import { deal } from "./deal.ts";

/** Seats of a level, out of the server's. */
export interface Seats {
  /** Its share. */
  readonly nominal: number;
  /** The part of its share that others never get. */
  readonly reserved: number;
  /** As many as it may use while others leave theirs free. */
  readonly most: number;
}

export interface LevelSettings {
  readonly seats: Seats;
  /** Requests of such a level take no seats and never wait. */
  readonly exempt: boolean;
  readonly queues: number;
  readonly handSize: number;
  /** Requests that may wait in one queue while no seat is free. */
  readonly queueLength: number;
}

/** A request that waits for its turn. */
export interface Waiter {
  readonly seats: number;
  readonly start: () => void;
}

/** Where in virtual time a request stands: whoever used less so far comes first. */
type Tagged = Waiter & { readonly tag: number };

interface Queue {
  readonly waiters: Tagged[];
  /** Virtual time at which all that was put here would be done. */
  finish: number;
}

const emptyQueues = (count: number): Queue[] => Array.from({ length: count }, () => ({ waiters: [], finish: 0 }));

export class Level {
  readonly name: string;
  /** Seats in use now. */
  executing = 0;
  /** Seats used so far for each seat of its share: what levels are compared by. */
  served = 0;
  #settings: LevelSettings;
  #queues: Queue[];
  readonly #busy = new Set<Queue>();
  #now = 0;

  constructor(name: string, settings: LevelSettings) {
    this.name = name;
    this.#settings = settings;
    this.#queues = emptyQueues(settings.queues);
  }

  get settings(): LevelSettings {
    return this.#settings;
  }

  /** Those who wait in queues that are no more keep their place. */
  configure(settings: LevelSettings): void {
    if (settings.queues !== this.#queues.length) this.#queues = emptyQueues(settings.queues);
    this.#settings = settings;
  }

  get waits(): boolean {
    return this.#busy.size > 0;
  }

  /** Puts a request into the shortest queue of its flow; answers how to take it out again, and undefined when that queue is full and `limited`. */
  enqueue(flow: string, waiter: Waiter, limited: boolean): (() => void) | undefined {
    const { handSize, queueLength } = this.#settings;
    const hand = deal(flow, this.#queues.length, handSize).map((card) => this.#queues[card] as Queue);
    const queue = hand.reduce((best, one) => (one.waiters.length < best.waiters.length ? one : best));
    if (limited && queue.waiters.length >= queueLength) return undefined;
    const tagged: Tagged = { ...waiter, tag: Math.max(this.#now, queue.finish) };
    queue.finish = tagged.tag + waiter.seats;
    queue.waiters.push(tagged);
    this.#busy.add(queue);
    return () => this.#remove(queue, tagged);
  }

  /** Whose turn it is. */
  get next(): Waiter | undefined {
    return this.#first()?.waiters[0];
  }

  /** Takes the next one out of its queue and gives it its seats. */
  take(): Waiter | undefined {
    const queue = this.#first();
    const waiter = queue?.waiters[0];
    if (!queue || !waiter) return undefined;
    this.#now = Math.max(this.#now, waiter.tag);
    this.#remove(queue, waiter);
    this.occupy(waiter.seats);
    return waiter;
  }

  occupy(seats: number): void {
    this.executing += seats;
    this.served += seats / Math.max(1, this.#settings.seats.nominal);
  }

  #first(): Queue | undefined {
    let first: Queue | undefined;
    for (const queue of this.#busy)
      if (!first || (queue.waiters[0]?.tag ?? 0) < (first.waiters[0]?.tag ?? 0)) first = queue;
    return first;
  }

  #remove(queue: Queue, waiter: Tagged): void {
    const at = queue.waiters.indexOf(waiter);
    if (at >= 0) queue.waiters.splice(at, 1);
    if (queue.waiters.length === 0) this.#busy.delete(queue);
  }
}
