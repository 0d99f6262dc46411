// The API servers of a cluster, as its pods reach them: each keeps a key with a lease, and all write the endpoints of the `kubernetes` Service from those keys.
import { type Clock, type Logger, sleep } from "@knots/std";
import { prefixEnd, type Store, StoreError } from "@knots/store";
import { REGISTRY } from "../registry/storage.ts";
import type { Advertised } from "./kubernetes-service.ts";

const KEYS = `${REGISTRY}masterleases/`;
/** How long a server that fell silent stays among the endpoints (seconds), and how often each one shows itself (milliseconds). */
const LIFETIME = 15;
const PERIOD = 5000;

export interface PeersOptions {
  readonly store: Pick<Store, "txn" | "range" | "grant" | "revoke" | "keepAlive">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly self: Advertised;
  /** Writes the endpoints; changes nothing when they are like that already. */
  readonly publish: (peers: readonly Advertised[]) => Promise<void>;
}

export interface Peers {
  /** Takes this server off the endpoints, unless it is the last one. */
  close(): Promise<void>;
}

const keyOf = ({ address, port }: Advertised): string => `${KEYS}${address}:${port}`;

function serverOf(key: string): Advertised {
  const name = key.slice(KEYS.length);
  const at = name.lastIndexOf(":");
  return { address: name.slice(0, at), port: Number(name.slice(at + 1)) };
}

class Reconciler implements Peers {
  readonly #options: PeersOptions;
  readonly #stop = new AbortController();
  #lease: number | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#show();
    await this.#publish();
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    try {
      if (this.#lease !== undefined) await this.#options.store.revoke(this.#lease);
      await this.#publish();
    } catch (error) {
      // The others take it off when its lease is over.
      this.#options.log.info("this server stays among the endpoints for a while", { error });
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(this.#options.clock, PERIOD, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#show();
        await this.#publish();
      } catch (error) {
        if (error instanceof StoreError && error.code === "closed") return;
        this.#options.log.warn("the endpoints of the API servers were not brought up to date", { error });
      }
    }
  }

  /** Keeps the lease, or takes a new one when it is over. */
  async #show(): Promise<void> {
    const { store, self } = this.#options;
    try {
      if (this.#lease !== undefined) return await store.keepAlive(this.#lease);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "lease") throw error;
    }
    const { id } = await store.grant(LIFETIME);
    await store.txn({ compare: [], success: [{ type: "put", key: keyOf(self), value: new Uint8Array(0), lease: id }] });
    this.#lease = id;
  }

  async #publish(): Promise<void> {
    const { store, publish } = this.#options;
    const { items } = await store.range({ start: KEYS, end: prefixEnd(KEYS), keysOnly: true });
    const peers = items.map(({ key }) => serverOf(key));
    if (peers.length > 0) await publish(peers);
  }
}

/** Shows this server to the others; resolves when it is among the endpoints. */
export async function startPeers(options: PeersOptions): Promise<Peers> {
  const reconciler = new Reconciler(options);
  await reconciler.start();
  return reconciler;
}
