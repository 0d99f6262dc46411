// The one watch on the store from which every kind's cache is fed.
import { type Deferred, deferred, type Logger } from "@knots/std";
import { type KeyValue, prefixEnd, type Store, StoreError, type StoreEvent } from "@knots/store";
import { REGISTRY } from "../registry/storage.ts";

/** What the feed tells the cache of one key prefix. */
export interface FeedListener {
  /** The complete state at `revision`; comes first, and again after the feed lost its place. */
  reset(items: readonly KeyValue[], revision: number): void;
  /** Changes of one revision, in order. */
  changed(events: readonly StoreEvent[], revision: number): void;
}

interface Route {
  readonly prefix: string;
  readonly listener: FeedListener;
  /** Batches that came in while the state was being read; undefined once it is loaded. */
  pending: { readonly events: readonly StoreEvent[]; readonly revision: number }[] | undefined;
}

interface Waiter extends Deferred<void> {
  readonly revision: number;
}

/** Distributes the store's changes by key prefix. */
export class Feed {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #routes = new Map<string, Route>();
  readonly #waiters = new Set<Waiter>();
  readonly #stop = new AbortController();
  #revision = 0;
  #running: Promise<void> | undefined;

  constructor(store: Store, log: Logger) {
    this.#store = store;
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

  /** The store's newest revision. */
  async latest(): Promise<number> {
    return (await this.#store.range({ start: REGISTRY, limit: 1 })).revision;
  }

  /** Loads the state below `prefix` into `listener` and keeps it told. Resolves when loaded. */
  async attach(prefix: string, listener: FeedListener): Promise<void> {
    const route: Route = { prefix, listener, pending: [] };
    this.#routes.set(prefix, route);
    await this.#load(route);
  }

  detach(prefix: string): void {
    this.#routes.delete(prefix);
  }

  /** Resolves when everything up to `revision` was handed on; rejects when `signal` aborts or the feed closes. */
  async reached(revision: number, signal?: AbortSignal): Promise<void> {
    if (this.#revision >= revision) return;
    const waiter: Waiter = { ...deferred(), revision };
    const abort = (): void => waiter.reject(signal?.reason);
    this.#waiters.add(waiter);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    this.#store.progress();
    try {
      await waiter.promise;
    } finally {
      this.#waiters.delete(waiter);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Resolves when the listeners have seen every write acknowledged before this call. */
  async current(signal?: AbortSignal): Promise<void> {
    await this.reached(await this.latest(), signal);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const waiter of this.#waiters) waiter.reject(new StoreError("closed", "the server is closing"));
    await this.#running;
  }

  async #load(route: Route): Promise<void> {
    route.pending = [];
    const { items, revision } = await this.#store.range({ start: route.prefix, end: prefixEnd(route.prefix) });
    route.listener.reset(items, revision);
    const { pending } = route;
    route.pending = undefined;
    for (const batch of pending) if (batch.revision > revision) route.listener.changed(batch.events, batch.revision);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (this.#stop.signal.aborted || (error instanceof StoreError && error.code === "closed")) return;
        this.#log.warn("the watch on the store broke; caches are loaded again", { error });
        this.#revision = await this.latest();
        await Promise.all([...this.#routes.values()].map((route) => this.#load(route)));
      }
    }
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
      this.#distribute(events, revision);
      this.#revision = revision;
      for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.resolve();
    }
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
      else route.listener.changed(mine, revision);
    }
  }

  /** Keys are `/registry/<resource>/...` or `/registry/<group>/<resource>/...`. */
  #routeOf(key: string): Route | undefined {
    const first = key.indexOf("/", REGISTRY.length) + 1;
    const second = key.indexOf("/", first) + 1;
    return this.#routes.get(key.slice(0, first)) ?? this.#routes.get(key.slice(0, second));
  }
}
