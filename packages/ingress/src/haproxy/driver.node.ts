// Brings HAProxy to the wanted routes: servers first, then routes, then what ends; and tells when a pod is released.
import { mkdir } from "node:fs/promises";
import { readJsonFile, readTextFile, writeFileAtomic } from "@knots/host";
import { type Clock, type Logger, sleep } from "@knots/std";
import type { HostCertificate, RoutesPlan } from "../routes/routes.ts";
import { type Assignment, type Capacity, capacityOf, emptyAssignment, grown } from "./assignment.ts";
import { type CertificateStore, createCertificates } from "./certificates.node.ts";
import { mapCommands } from "./changes.ts";
import { type ConfigOptions, configText, filesOf } from "./config.ts";
import { MAP_NAMES, mapFile, parseMap, type RoutingMaps, routingMaps } from "./maps.ts";
import { ensureHaproxy, type HaproxyProgram, reloadHaproxy } from "./process.node.ts";
import { releasePlan, slotsPlan } from "./slots-plan.ts";
import { serverSessions, tell } from "./socket.node.ts";

export interface DriverOptions extends ConfigOptions {
  readonly haproxy: HaproxyProgram;
  readonly clock: Clock;
  readonly log: Logger;
  /** Certificate and key in one PEM text for a host. */
  readonly certificateFor: (wanted: HostCertificate) => Promise<string>;
  /** Spare room of the first configuration; it doubles when it runs out. */
  readonly capacity?: Capacity;
  /** Called when nothing of HAProxy's goes to the pod any more (`namespace/name`). */
  readonly released: (pod: string) => void;
}

/** A running HAProxy and what it was told last. */
export interface IngressDriver {
  /** Brings HAProxy to `plan`; calls wait for each other. */
  apply(plan: RoutesPlan): Promise<void>;
  /** Pods that are served now: requests may reach them. */
  served(): ReadonlySet<string>;
  /** Stops looking after HAProxy, which goes on serving. */
  close(): Promise<void>;
}

/** How often draining servers are looked at, in milliseconds. */
const DRAIN_LOOK = 25;
const FIRST_CAPACITY: Capacity = { sites: 32, slots: 8 };

interface State {
  assignment: Assignment;
  maps: RoutingMaps;
}

const isEnding = (command: string): boolean => /state (drain|maint)$/.test(command);

function podsOf({ sites }: Assignment, states: readonly string[]): ReadonlySet<string> {
  return new Set(
    sites.flatMap(({ slots }) =>
      slots.flatMap(({ state, pod }) => (pod !== undefined && states.includes(state) ? [pod] : [])),
    ),
  );
}

async function save(state: State, options: DriverOptions): Promise<void> {
  const files = filesOf(options.folder);
  await writeFileAtomic(files.assignment, JSON.stringify(state.assignment), { durable: false });
  await writeFileAtomic(files.config, configText(state.assignment, options), { durable: false });
  for (const name of MAP_NAMES) await writeFileAtomic(files.map(name), mapFile(state.maps[name]), { durable: false });
}

/** The maps that HAProxy read at its start or was told since. */
async function readMaps({ folder }: DriverOptions): Promise<RoutingMaps> {
  const files = filesOf(folder);
  const read = async (name: (typeof MAP_NAMES)[number]) => parseMap((await readTextFile(files.map(name))) ?? "");
  const [exact, prefix, wildcardExact, wildcardPrefix] = await Promise.all([
    read("exact"),
    read("prefix"),
    read("wildcardExact"),
    read("wildcardPrefix"),
  ]);
  return { exact, prefix, wildcardExact, wildcardPrefix };
}

function isAssignment(value: unknown): value is Assignment {
  return typeof value === "object" && value !== null && Array.isArray((value as Partial<Assignment>).sites);
}

/** Enlarges the configuration until the plan's backends fit; running connections stay with the old worker. */
async function makeRoom(state: State, plan: RoutesPlan, options: DriverOptions): Promise<void> {
  const { missing } = slotsPlan(state.assignment, plan.backends);
  if (missing.sites === 0 && missing.slots === 0) return;
  const now = capacityOf(state.assignment);
  const room = {
    sites: missing.sites > 0 ? Math.max(now.sites * 2, now.sites + missing.sites) : now.sites,
    slots: missing.slots > 0 ? Math.max(now.slots * 2, now.slots + missing.slots) : now.slots,
  };
  options.log.info("ingress grows", { sites: room.sites, slots: room.slots });
  state.assignment = grown(state.assignment, room);
  await save(state, options);
  await reloadHaproxy(options.folder, options.clock);
}

async function applyPlan(
  state: State,
  plan: RoutesPlan,
  { options, certificates }: { readonly options: DriverOptions; readonly certificates: CertificateStore },
): Promise<void> {
  const files = filesOf(options.folder);
  await makeRoom(state, plan, options);
  const { assignment, commands } = slotsPlan(state.assignment, plan.backends);
  await certificates.apply(plan.certificates);
  await tell(
    files.socket,
    commands.filter((command) => !isEnding(command)),
  );
  const maps = routingMaps(plan.routes, assignment);
  for (const name of MAP_NAMES)
    await tell(files.socket, mapCommands({ file: files.map(name), before: state.maps[name], after: maps[name] }));
  await tell(files.socket, commands.filter(isEnding));
  state.assignment = assignment;
  state.maps = maps;
  await save(state, options);
}

/** Frees draining slots as their sessions end; a slot counts as empty when two looks in a row say so. */
async function watchDrains(
  state: State,
  options: DriverOptions,
  { serial, signal }: { readonly serial: <T>(work: () => Promise<T>) => Promise<T>; readonly signal: AbortSignal },
): Promise<void> {
  const files = filesOf(options.folder);
  let before: ReadonlyMap<string, number> = new Map();
  while (!signal.aborted && podsOrSlotsDraining(state.assignment)) {
    const now = await serverSessions(files.socket);
    const settled = new Map([...now].filter(([server, sessions]) => sessions === 0 && before.get(server) === 0));
    before = now;
    await serial(async () => {
      const { assignment, commands } = releasePlan(state.assignment, settled);
      if (commands.length === 0) return;
      await tell(files.socket, commands);
      const freed = podsOf(state.assignment, ["drain"]);
      state.assignment = assignment;
      await save(state, options);
      const still = podsOf(assignment, ["drain", "ready"]);
      for (const pod of freed) if (!still.has(pod)) options.released(pod);
    });
    await sleep(options.clock, DRAIN_LOOK, signal).catch(() => {});
  }
}

const podsOrSlotsDraining = ({ sites }: Assignment): boolean =>
  sites.some(({ slots }) => slots.some(({ state }) => state === "drain"));

/** Starts HAProxy with what was served last, or adopts the one that runs. */
export async function startDriver(options: DriverOptions): Promise<IngressDriver> {
  const files = filesOf(options.folder);
  await mkdir(files.certificates, { recursive: true, mode: 0o700 });
  const kept = await readJsonFile(files.assignment);
  const state: State = {
    assignment: isAssignment(kept) ? kept : emptyAssignment(options.capacity ?? FIRST_CAPACITY),
    maps: await readMaps(options),
  };
  const certificates = await createCertificates(options);
  await save(state, options);
  await ensureHaproxy(options.haproxy, options.folder, options.clock);
  const stop = new AbortController();
  let tail: Promise<unknown> = Promise.resolve();
  const serial = <T>(work: () => Promise<T>): Promise<T> => {
    const next = tail.then(work, work);
    tail = next.catch(() => {});
    return next;
  };
  let draining: Promise<void> | undefined;
  const drain = (): void => {
    draining ??= watchDrains(state, options, { serial, signal: stop.signal })
      .catch((error: unknown) => options.log.error("draining failed", { error }))
      .finally(() => {
        draining = undefined;
      });
  };
  if (podsOrSlotsDraining(state.assignment)) drain();
  return {
    async apply(plan) {
      await serial(() => applyPlan(state, plan, { options, certificates }));
      if (podsOrSlotsDraining(state.assignment)) drain();
    },
    served: () => podsOf(state.assignment, ["ready", "drain"]),
    async close() {
      stop.abort();
      await draining;
      await tail;
    },
  };
}
