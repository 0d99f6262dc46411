// Stores whose every revision is known, damage to their files, and what an opening makes of it.
import { createVirtualClock, type Random, seededRandom, settle } from "@knots/std";
import {
  createFaultDisk,
  type EmbeddedStore,
  type FaultDisk,
  type KeyValue,
  type Op,
  openStore,
  type Revision,
  StoreError,
} from "@knots/store";
import { textOf } from "../history/text.ts";
import { EVERYTHING } from "./clients.ts";

export type Files = Map<string, Uint8Array>;

/** A store's files with everything that is known about it. */
export interface Specimen {
  readonly files: Files;
  /** The files as they were at earlier moments. */
  readonly older: readonly Files[];
  /** What every revision looks like. */
  readonly states: ReadonlyMap<Revision, string>;
  readonly acknowledged: Revision;
  /** The disk itself. */
  readonly disk: FaultDisk;
}

/**
 * - `refused`: it does not open and says why. `whole`: every acknowledged write is there.
 * - `older`: it opens as it was at an earlier moment. `wrong`: it shows what never was.
 */
export type Opening =
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  | { readonly type: "whole" }
  | { readonly type: "older"; readonly lost: number }
  | { readonly type: "wrong"; readonly what: string };

export interface SpecimenOptions {
  readonly seed: number;
  readonly writes: number;
  /** Whether it is closed in the end; else its process dies. */
  readonly closed: boolean;
  /** Called before anything is written. */
  readonly prepare?: ((disk: FaultDisk) => void) | undefined;
}

const SEGMENT_BYTES = 1200;

function open(disk: FaultDisk): Promise<EmbeddedStore> {
  return openStore({ disk, clock: createVirtualClock(), history: false, segmentBytes: SEGMENT_BYTES });
}

const describe = (items: Iterable<KeyValue>): string =>
  [...items]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map((kv) => `${kv.key}=${textOf(kv.value)}@${kv.createRevision}/${kv.modRevision}/${kv.version}`)
    .join(" ");

/** Writes, deletes, compactions with checkpoints, and several files of the log. A disk that fails ends it early. */
export async function makeSpecimen({ seed, writes, closed, prepare }: SpecimenOptions): Promise<Specimen> {
  const random = seededRandom(seed);
  const disk = createFaultDisk();
  prepare?.(disk);
  let store: EmbeddedStore;
  try {
    store = await open(disk);
  } catch (error) {
    unless("io")(error);
    return { files: await disk.files(), older: [], states: new Map(), acknowledged: 1, disk };
  }
  const states = new Map<Revision, string>([[1, ""]]);
  const rows = new Map<string, KeyValue>();
  const watch = store.watch({ ...EVERYTHING, from: 1 });
  const older: Files[] = [];
  let acknowledged = 1;
  try {
    for (let write = 0; write < writes; write++) {
      const { revision } = await store.txn({ compare: [], success: randomOps(random, write) });
      if (revision > acknowledged) {
        for (const { type, kv } of (await watch.next()).value?.events ?? []) {
          if (type === "put") rows.set(kv.key, kv);
          else rows.delete(kv.key);
        }
        states.set(revision, describe(rows.values()));
      }
      acknowledged = revision;
      if (write % 9 === 8) await store.compact(Math.max(2, revision - 3)).catch(unless("compacted"));
      await settle();
      if (write % 7 === 3) older.push(await disk.files());
    }
    if (closed) await store.close();
  } catch (error) {
    unless("io")(error);
  }
  return { files: await disk.files(), older, states, acknowledged, disk };
}

function unless(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof StoreError && error.code === code)) throw error;
  };
}

function randomOps(random: Random, write: number): Op[] {
  const key = (): string => `k${random.below(6)}`;
  if (random.below(6) === 0) return [{ type: "delete", key: key() }];
  const value = Buffer.from(`${write}`.padEnd(10 + random.below(250), "."));
  return [...new Set([key(), key()])].map((one) => ({ type: "put", key: one, value }));
}

/** Opens the files and compares all that is there with what is known. */
export async function openingOf(
  files: Files,
  { states, acknowledged }: Pick<Specimen, "states" | "acknowledged">,
): Promise<Opening> {
  let store: EmbeddedStore;
  try {
    store = await open(createFaultDisk(files));
  } catch (error) {
    if (error instanceof StoreError) return { type: "refused", code: error.code, message: error.message };
    throw error;
  }
  const { revision, compactedRevision } = store.status();
  for (let at = Math.max(1, compactedRevision); at <= revision; at++) {
    const found = describe((await store.range({ ...EVERYTHING, at })).items);
    if (found !== states.get(at))
      return { type: "wrong", what: `revision ${at} is [${found}] instead of [${states.get(at)}]` };
  }
  const put = { type: "put", key: "next", value: new Uint8Array(1) } as const;
  const next = await store.txn({ compare: [], success: [put] });
  await store.close();
  if (next.revision !== revision + 1) return { type: "wrong", what: `revision ${next.revision} follows ${revision}` };
  return revision >= acknowledged ? { type: "whole" } : { type: "older", lost: acknowledged - revision };
}

/** The newest file of the log: the only one that may end anywhere. */
export function lastLog(files: Files): string {
  return (
    [...files.keys()]
      .filter((name) => name.startsWith("log-"))
      .sort()
      .at(-1) ?? ""
  );
}

export function flipped(files: Files, name: string, at: number, bit: number): Files {
  const bytes = (files.get(name) ?? new Uint8Array()).slice();
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return new Map([...files, [name, bytes]]);
}

export function shortened(files: Files, name: string, length: number): Files {
  return new Map([...files, [name, (files.get(name) ?? new Uint8Array()).slice(0, length)]]);
}

/** What a seed does to the files of a store: one damage of any kind. */
export async function damageRun(seed: number): Promise<{ readonly kind: string; readonly opening: Opening }> {
  const random = seededRandom(seed);
  const specimen = await makeSpecimen({ seed, writes: 10 + random.below(50), closed: random.below(2) === 0 });
  const names = [...specimen.files.keys()];
  const name = names[random.below(names.length)] ?? "";
  const length = specimen.files.get(name)?.length ?? 0;
  const other = specimen.older[random.below(specimen.older.length)] ?? new Map<string, Uint8Array>();
  const old = other.get(name);
  const kinds: Readonly<Record<string, () => Files>> = {
    flip: () => flipped(specimen.files, name, random.below(length), random.below(8)),
    shorten: () => shortened(specimen.files, name, random.below(length)),
    "roll one back": () => (old === undefined ? specimen.files : new Map([...specimen.files, [name, old]])),
    "roll all back": () => other,
    zeros: () => {
      const bytes = (specimen.files.get(name) ?? new Uint8Array()).slice();
      const at = random.below(length);
      return new Map([...specimen.files, [name, bytes.fill(0, at, at + 512)]]);
    },
    swap: () =>
      new Map([
        ...specimen.files,
        [name, specimen.files.get(names[random.below(names.length)] ?? name) ?? new Uint8Array()],
      ]),
    lose: () => new Map([...specimen.files].filter(([one]) => one !== name)),
  };
  const kind = Object.keys(kinds)[random.below(Object.keys(kinds).length)] ?? "flip";
  return { kind: `${kind} ${name}`, opening: await openingOf(kinds[kind]?.() ?? specimen.files, specimen) };
}
