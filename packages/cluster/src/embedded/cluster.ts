// A whole cluster in this process: real API server, controllers and scheduler over a store in memory.

import { builtinKinds } from "@knots/api";
import { type ApiServer, createApiServer, type User } from "@knots/apiserver";
import { type Client, createClient } from "@knots/client";
import type { AnyKind } from "@knots/machinery";
import type { SimulatedNodes } from "@knots/simulation";
import {
  type Clock,
  createVirtualClock,
  realClock,
  seededRandom,
  settle,
  silentLogger,
  type VirtualClock,
} from "@knots/std";
import { type EmbeddedStore, openMemoryStore, type Snapshot } from "@knots/store";
import { startControllers } from "../components/controlling.ts";
import { ADMIN } from "../components/identities.ts";
import { startScheduler } from "../components/scheduling.ts";
import { startNodes } from "../components/simulating.ts";
import type { Running, Surroundings } from "../components/surroundings.ts";
import type { ClusterOptions } from "./options.ts";

/** A cluster that lives in this process until `close`. */
export interface Cluster extends AsyncDisposable {
  /** The administrator's client. */
  readonly client: Client;
  readonly clock: Clock;
  /** The API server, for transports and for serving it over HTTPS. */
  readonly server: ApiServer;
  /** The simulated nodes, to stop and start them; absent when there are none. */
  readonly nodes?: SimulatedNodes;
  /** A client of another identity. */
  as(user: User): Client;
  /** Moves virtual time; everything that becomes due happens. Throws on real time. */
  advance(milliseconds: number): Promise<void>;
  /** Advances virtual time in steps until `condition` holds; throws after `limit` milliseconds of cluster time (default one hour). */
  until(condition: () => Promise<boolean> | boolean, limit?: number): Promise<void>;
  /** Remembers the present state under a name, in place of an earlier one of that name. Costs nothing. */
  mark(name: string): Promise<void>;
  /**
   * Brings every object back as it was at `mark(name)`, as one more revision: watches see what changes, and revisions never go back. Time does not go back
   * either. For tests that share one cluster; takes as long as what differs.
   */
  reset(name: string): Promise<void>;
  /**
   * Another cluster that starts as this one is now, or was at `mark(name)`, and goes its own way, with its own clock (at the same time), controllers and
   * nodes. Nothing is written back. Close both.
   */
  fork(name?: string): Promise<Cluster>;
  /** Stops everything; nothing is left behind. */
  close(): Promise<void>;
}

/** Virtual time between two looks of `until`, in milliseconds. */
const STEP = 100;
const HOUR = 3_600_000;

/** The parts beside the API server. */
interface Components {
  readonly all: readonly Running[];
  readonly nodes?: SimulatedNodes;
}

function startComponents(options: ClusterOptions, server: ApiServer, surroundings: Surroundings): Components {
  const { nodes: count = 1, behaviour } = options;
  const kinds = (): readonly AnyKind[] => server.table.all();
  const nodes = count === 0 ? undefined : startNodes({ count, ...(behaviour && { behaviour }) }, surroundings);
  const all = [
    ...(options.controllers === false ? [] : [startControllers({ kinds }, surroundings)]),
    ...(options.scheduler === false ? [] : [startScheduler(surroundings)]),
    ...(nodes ? [nodes] : []),
  ];
  return { all, ...(nodes && { nodes: nodes.nodes }) };
}

function isVirtual(clock: Clock): clock is VirtualClock {
  return "advance" in clock;
}

async function passTime(clock: Clock, milliseconds: number): Promise<void> {
  if (isVirtual(clock)) return clock.advance(milliseconds);
  await new Promise<void>((resolve) => clock.setTimer(Math.min(milliseconds, 10), resolve));
}

/** Starts a cluster; resolves when its API server answers. */
export function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  return startOn(options, (clock) => openMemoryStore({ clock }));
}

async function startOn(options: ClusterOptions, open: (clock: Clock) => EmbeddedStore): Promise<Cluster> {
  const clock = options.time === "real" ? realClock : createVirtualClock(options.start);
  const random = seededRandom(options.seed ?? 1);
  const log = options.log ?? silentLogger;
  const store = open(clock);
  const server = await createApiServer({
    store,
    clock,
    random,
    log,
    kinds: [...builtinKinds, ...(options.kinds ?? [])],
  });
  const transport = (user: User) => server.transport(user);
  const running = startComponents(options, server, { clock, random, log, transport });
  const close = async (): Promise<void> => {
    await Promise.all(running.all.map((component) => component.close()));
    await server.close();
    await store.close();
  };
  return {
    client: createClient(transport(ADMIN)),
    clock,
    server,
    ...(running.nodes && { nodes: running.nodes }),
    as: (user) => createClient(transport(user)),
    async advance(milliseconds) {
      if (!isVirtual(clock)) throw new Error("a cluster on real time cannot be advanced");
      await clock.advance(milliseconds);
    },
    async until(condition, limit = HOUR) {
      const end = clock.now() + limit;
      await settle();
      while (!(await condition())) {
        if (clock.now() >= end) throw new Error(`the condition did not hold within ${limit} ms of cluster time`);
        await passTime(clock, STEP);
      }
    },
    ...statesOf(store, (from) => {
      const seed = (options.seed ?? 1) * 1_000_003 + from.revision;
      return startOn({ ...options, seed, start: clock.now() }, () => store.fork(from));
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Named states of one store. Writes that are under way when one is asked for come first. */
function statesOf(
  store: EmbeddedStore,
  start: (from: Snapshot) => Promise<Cluster>,
): Pick<Cluster, "mark" | "reset" | "fork"> {
  const marks = new Map<string, Snapshot>();
  const find = (name: string): Snapshot => {
    const found = marks.get(name);
    if (found) return found;
    throw new Error(`no state was marked ${JSON.stringify(name)}; marked: ${[...marks.keys()].join(", ") || "none"}`);
  };
  return {
    async mark(name) {
      await settle();
      marks.set(name, store.snapshot());
    },
    async reset(name) {
      await settle();
      await store.reset(find(name));
      await settle();
    },
    async fork(name) {
      await settle();
      return start(name === undefined ? store.snapshot() : find(name));
    },
  };
}

/** Makes clusters for tests: `await using cluster = await Cluster.start()`. */
export const Cluster = { start: startCluster } as const;
