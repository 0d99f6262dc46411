// The one watch on the store from which every kind's cache is fed.
import { backoffDelay, type Clock, type Deferred, deferred, type Logger, sleep } from "@knots/std";
import { type KeyValue, prefixEnd, type Store, StoreError, type StoreEvent } from "@knots/store";
import { allOf } from "../encryption/transformer.ts";
import { REGISTRY } from "../registry/storage.ts";

/** What the feed tells the cache of one key prefix. */
export interface FeedListener {
  /** Fetches what reading these values needs; never rejects. Undefined when nothing is needed. */
  prepare(items: readonly KeyValue[]): Promise<unknown> | undefined;
  /** The complete state at `revision`; comes first, and again after the feed lost its place. */
  reset(items: readonly KeyValue[], revision: number): void;
  /** Changes of one revision, in order. */
  changed(events: readonly StoreEvent[], revision: number): void;
}

interface Route {
  readonly prefix: string;
  readonly listener: FeedListener;
  /** The revision of the state that the listener was given; earlier changes are part of it. */
  loaded: number;
  /** Batches that came in while the state was being read; undefined once it is loaded. */
  pending: { readonly events: readonly StoreEvent[]; readonly revision: number }[] | undefined;
}

interface Waiter extends Deferred<void> {
  readonly revision: number;
}

const BACKOFF = { base: 100, max: 5000 };
/** Longest wait of all changes for what one of them needs to be read (milliseconds). */
const PATIENCE = 1000;

/** Distributes the store's changes by key prefix. Other servers may write to the same store: only the watch tells of that. */
export class Feed {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #routes = new Map<string, Route>();
  readonly #waiters = new Set<Waiter>();
  readonly #stop = new AbortController();
  #revision = 0;
  #running: Promise<void> | undefined;
  /** The look at the store that is under way, and the one after it. */
  #look: Promise<void> | undefined;
  #nextLook: Promise<number> | undefined;

  constructor(store: Store, clock: Clock, log: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Everything up to this revision was handed to the listeners. */
  get revision(): number {
    return this.#revision;
  }

  /** Starts reading; resolves when the position is known. */
  async start(): Promise<void> {
    this.#revision = await this.latest();
    this.#running = this.#run();
  }

  /** The store's newest revision: at least that of every write acknowledged before this call. */
  latest(): Promise<number> {
    // One read serves everybody who asked before it was sent; whoever comes while one is under way shares the next.
    this.#nextLook ??= (this.#look ?? Promise.resolve()).then(() => {
      this.#nextLook = undefined;
      const look = this.#store.range({ start: REGISTRY, limit: 1 }).then(({ revision }) => revision);
      const over = look.then(
        () => undefined,
        () => undefined,
      );
      this.#look = over;
      return look;
    });
    return this.#nextLook;
  }

  /** Loads the state below `prefix` into `listener` and keeps it told. Resolves when loaded. */
  async attach(prefix: string, listener: FeedListener): Promise<void> {
    const route: Route = { prefix, listener, loaded: 0, pending: [] };
    this.#routes.set(prefix, route);
    await this.#load(route);
  }

  detach(prefix: string): void {
    this.#routes.delete(prefix);
  }

  /** Resolves when everything up to `revision` was handed on; rejects when `signal` aborts or the feed closes. */
  async reached(revision: number, signal?: AbortSignal): Promise<void> {
    if (this.#revision >= revision) return;
    // The store reports progress up to what it has heard of: it has to hear of a revision that another server made.
    const heard = this.latest().then(
      () => this.#store.progress(),
      () => undefined,
    );
    await this.#wait(revision, signal);
    await heard;
  }

  /** Resolves when the listeners have seen every write acknowledged before this call, by whatever server. */
  async current(signal?: AbortSignal): Promise<void> {
    const revision = await this.latest();
    if (this.#revision >= revision) return;
    this.#store.progress();
    await this.#wait(revision, signal);
  }

  /** Resolves when a write of this server was handed on, or after `patience` milliseconds without: it took effect in any case. */
  async shown(revision: number, patience: number): Promise<void> {
    if (this.#revision >= revision) return;
    const over = new AbortController();
    const timer = this.#clock.setTimer(patience, () => over.abort(), { background: true });
    await this.#wait(revision, over.signal).catch(() => undefined);
    timer.cancel();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const waiter of this.#waiters) waiter.reject(new StoreError("closed", "the server is closing"));
    await this.#running;
  }

  async #wait(revision: number, signal?: AbortSignal): Promise<void> {
    const waiter: Waiter = { ...deferred(), revision };
    const abort = (): void => waiter.reject(signal?.reason);
    this.#waiters.add(waiter);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    try {
      await waiter.promise;
    } finally {
      this.#waiters.delete(waiter);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Answers the revision that was loaded. */
  async #load(route: Route): Promise<number> {
    route.pending = [];
    const { items, revision } = await this.#store.range({ start: route.prefix, end: prefixEnd(route.prefix) });
    await route.listener.prepare(items);
    route.loaded = revision;
    route.listener.reset(items, revision);
    const { pending } = route;
    route.pending = undefined;
    for (const batch of pending) this.#hand(route, batch.events, batch.revision);
    return revision;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (failures > 0) await this.#loadAll();
        failures = 0;
        await this.#follow();
      } catch (error) {
        if (signal.aborted || (error instanceof StoreError && error.code === "closed")) return;
        failures++;
        this.#log.warn("the watch on the store broke; caches are loaded again", { error });
        await sleep(this.#clock, failures === 1 ? 0 : backoffDelay(BACKOFF, failures), signal).catch(() => undefined);
      }
    }
  }

  /** The position moves on only when every listener has: until then nobody may take the caches for current. */
  async #loadAll(): Promise<void> {
    const from = await this.latest();
    const loaded = await Promise.all([...this.#routes.values()].map((route) => this.#load(route)));
    this.#moved(Math.min(from, ...loaded));
  }

  async #follow(): Promise<void> {
    const watch = this.#store.watch({
      start: REGISTRY,
      end: prefixEnd(REGISTRY),
      from: this.#revision + 1,
      progress: true,
      signal: this.#stop.signal,
    });
    for await (const { events, revision } of watch) {
      const needed = this.#prepare(events);
      if (needed) await this.#atMost(needed, PATIENCE);
      this.#distribute(events, revision);
      this.#moved(revision);
    }
  }

  async #atMost(wait: Promise<unknown>, patience: number): Promise<void> {
    const over = deferred();
    const timer = this.#clock.setTimer(patience, () => over.resolve(), { background: true });
    await Promise.race([wait, over.promise]);
    timer.cancel();
  }

  /** Nothing to wait for, as nearly always, is told at once: a store in this process relies on it. */
  #prepare(events: readonly StoreEvent[]): Promise<unknown> | undefined {
    return allOf(
      events.map(({ type, kv }) => (type === "put" ? this.#routeOf(kv.key)?.listener.prepare([kv]) : undefined)),
    );
  }

  #moved(revision: number): void {
    this.#revision = revision;
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.resolve();
  }

  #hand(route: Route, events: readonly StoreEvent[], revision: number): void {
    if (revision > route.loaded) route.listener.changed(events, revision);
  }

  #distribute(events: readonly StoreEvent[], revision: number): void {
    const byRoute = new Map<Route, StoreEvent[]>();
    for (const event of events) {
      const route = this.#routeOf(event.kv.key);
      if (!route) continue;
      const list = byRoute.get(route);
      if (list) list.push(event);
      else byRoute.set(route, [event]);
    }
    for (const [route, mine] of byRoute) {
      if (route.pending) route.pending.push({ events: mine, revision });
      else this.#hand(route, mine, revision);
    }
  }

  /** Keys are `/registry/<resource>/...` or `/registry/<group>/<resource>/...`. */
  #routeOf(key: string): Route | undefined {
    const first = key.indexOf("/", REGISTRY.length) + 1;
    const second = key.indexOf("/", first) + 1;
    return this.#routes.get(key.slice(0, first)) ?? this.#routes.get(key.slice(0, second));
  }
}
