// Test support: a disk in memory that remembers what was synced, loses power on demand and fails as told.

import { defined, type Random } from "@knots/std";
import { createMemoryDisk } from "./disk.memory.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { StoreError } from "./error.ts";

/** Everything that changes the disk, or makes a change durable: the boundaries at which power can fail. */
export type DiskStep = "create" | "write" | "truncate" | "sync" | "rename" | "remove" | "syncDirectory";

/** Everything that only looks. */
export type DiskLook = "list" | "open" | "size" | "read";

/** What becomes of one change that was not synced: of a name, or of the part of a write in one 512-byte sector. A mangled name change is a lost one. */
export type Fate = "kept" | "lost" | "mangled";

/**
 * What a power cut leaves of changes that were not synced: `lost` nothing, `kept` everything, `torn` a random choice of names and sectors, in any order,
 * `mangled` the same with noise in some of the sectors. Synced changes always survive.
 */
export type CutMode = "lost" | "kept" | "torn" | "mangled";

/** What a drive does to a write and says that all is well: loses it, or puts it somewhere else. */
export type Misdeed = "lost" | { readonly position: number; readonly name?: string | undefined };

type Change = ({ readonly write: number; readonly bytes: Uint8Array } | { readonly truncate: number }) & {
  durable?: boolean;
};
type NameChange = { readonly name: string; readonly inode: Inode | undefined; readonly from?: string };

interface Inode {
  durable: Uint8Array;
  unsynced: Change[];
}

export interface FaultDisk extends Disk {
  /** Boundaries passed so far. */
  readonly steps: number;
  readonly syncs: number;
  /** The power fails within step number `step` (counted from 1); everything after it fails. */
  cutAt(step: number): void;
  /** Asked before each step; an error makes the step fail (a write: after half of it was done). */
  inject(fault: (step: DiskStep, name: string) => StoreError | undefined): void;
  /** Asked before each look; an error makes it fail. */
  blind(fault: (look: DiskLook, name: string) => StoreError | undefined): void;
  /** Asked about each write; whoever asked for the write learns nothing of it. */
  misdirect(misdeed: (name: string, position: number) => Misdeed | undefined): void;
  /** From now on a sync of a file says that it is done, and does nothing. */
  lie(): void;
  /** The process died, the machine did not: the disk as a new process sees it, with all that was written, synced or not. The dead change nothing any more. */
  revive(): FaultDisk;
  /** The files that a machine would find after losing power now. */
  afterCut(mode: CutMode, random: Random): Map<string, Uint8Array>;
  /** The same with a fate for each change, asked for in a fixed order. */
  afterFate(fate: () => Fate): Map<string, Uint8Array>;
  /** What the process would find there now. */
  files(): Promise<Map<string, Uint8Array>>;
}

const SECTOR = 512;

/** What outlives a process. */
interface DiskContent {
  readonly view: Disk;
  readonly inodes: Map<string, Inode>;
  readonly durableNames: Map<string, Inode>;
  readonly nameChanges: NameChange[];
}

class SimulatedDisk implements FaultDisk {
  readonly promise = "It is a simulation.";
  readonly #view: Disk;
  readonly #inodes: Map<string, Inode>;
  #durableNames: Map<string, Inode>;
  #nameChanges: NameChange[];
  #locked = false;
  #steps = 0;
  #syncs = 0;
  #cut = Number.POSITIVE_INFINITY;
  #honest = true;
  #fault: (step: DiskStep, name: string) => StoreError | undefined = () => undefined;
  #blindness: (look: DiskLook, name: string) => StoreError | undefined = () => undefined;
  #misdeed: (name: string, position: number) => Misdeed | undefined = () => undefined;

  constructor({ view, inodes, durableNames, nameChanges }: DiskContent) {
    this.#view = view;
    this.#inodes = inodes;
    this.#durableNames = durableNames;
    this.#nameChanges = nameChanges;
  }

  get steps(): number {
    return this.#steps;
  }

  get syncs(): number {
    return this.#syncs;
  }

  cutAt(step: number): void {
    this.#cut = step;
  }

  inject(fault: (step: DiskStep, name: string) => StoreError | undefined): void {
    this.#fault = fault;
  }

  blind(fault: (look: DiskLook, name: string) => StoreError | undefined): void {
    this.#blindness = fault;
  }

  misdirect(misdeed: (name: string, position: number) => Misdeed | undefined): void {
    this.#misdeed = misdeed;
  }

  lie(): void {
    this.#honest = false;
  }

  afterCut(mode: CutMode, random: Random): Map<string, Uint8Array> {
    return this.afterFate(() => {
      if (mode === "lost" || mode === "kept") return mode;
      const fates: readonly Fate[] = mode === "torn" ? ["kept", "lost"] : ["kept", "lost", "mangled"];
      return defined(fates[random.below(fates.length)], "a fate");
    });
  }

  afterFate(fate: () => Fate): Map<string, Uint8Array> {
    const names = new Map(this.#durableNames);
    for (const { name, inode, from } of this.#nameChanges) {
      if (fate() !== "kept") continue;
      if (from !== undefined) names.delete(from);
      if (inode === undefined) names.delete(name);
      else names.set(name, inode);
    }
    return new Map([...names].map(([name, inode]) => [name, contentAfterCut(inode, fate)]));
  }

  async files(): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const name of this.#inodes.keys()) {
      const view = await this.#view.open(name);
      found.set(name, await view.read(0, await view.size()));
    }
    return found;
  }

  async list(): Promise<readonly string[]> {
    this.#look("list", ".");
    return this.#view.list();
  }

  async create(name: string): Promise<DiskFile> {
    this.#step("create", name);
    const inode: Inode = { durable: new Uint8Array(0), unsynced: [] };
    this.#inodes.set(name, inode);
    this.#nameChanges.push({ name, inode });
    return this.#fileOf(name, inode, await this.#view.create(name));
  }

  async open(name: string): Promise<DiskFile> {
    this.#look("open", name);
    return this.#fileOf(name, defined(this.#inodes.get(name), name), await this.#view.open(name));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step("rename", from);
    const inode = defined(this.#inodes.get(from), from);
    await this.#view.rename(from, to);
    this.#inodes.set(to, inode);
    this.#inodes.delete(from);
    this.#nameChanges.push({ name: to, inode, from });
  }

  async remove(name: string): Promise<void> {
    if (!this.#inodes.has(name)) return;
    this.#step("remove", name);
    await this.#view.remove(name);
    this.#inodes.delete(name);
    this.#nameChanges.push({ name, inode: undefined });
  }

  keep(label: string): Promise<void> {
    return this.#view.keep(label);
  }

  async syncDirectory(): Promise<void> {
    this.#step("syncDirectory", ".");
    this.#durableNames = new Map(this.#inodes);
    this.#nameChanges = [];
  }

  async lock(): ReturnType<Disk["lock"]> {
    if (this.#locked) throw new StoreError("locked", "the disk belongs to another store");
    this.#locked = true;
    return {
      release: async () => {
        this.#locked = false;
      },
    };
  }

  revive(): FaultDisk {
    const next = new SimulatedDisk({
      view: this.#view,
      inodes: this.#inodes,
      durableNames: this.#durableNames,
      nameChanges: this.#nameChanges,
    });
    this.#cut = 0;
    return next;
  }

  #step(step: DiskStep, name: string): void {
    this.#steps++;
    if (this.#steps >= this.#cut) throw new StoreError("io", "the power is off");
    const fault = this.#fault(step, name);
    if (fault !== undefined) throw fault;
  }

  #look(look: DiskLook, name: string): void {
    const fault = this.#blindness(look, name);
    if (fault !== undefined) throw fault;
  }

  #fileOf(name: string, inode: Inode, view: DiskFile): DiskFile {
    const file = this.#plainFile(name, inode, view);
    /** Power can fail between the write and its becoming durable; other writes stay as they are. */
    const writeThrough = async (position: number, bytes: Uint8Array): Promise<void> => {
      const before = inode.unsynced.length;
      await file.write(position, bytes);
      const written = inode.unsynced[before];
      this.#step("sync", name);
      this.#syncs++;
      if (this.#honest && written !== undefined) written.durable = true;
    };
    return { ...file, writeThrough };
  }

  #plainFile(name: string, inode: Inode, view: DiskFile): Omit<DiskFile, "writeThrough"> {
    return {
      size: async () => {
        this.#look("size", name);
        return view.size();
      },
      read: async (position, length) => {
        this.#look("read", name);
        return view.read(position, length);
      },
      close: () => view.close(),
      write: async (position, bytes) => {
        try {
          this.#step("write", name);
        } catch (error) {
          if (this.#steps <= this.#cut)
            await this.#write({ inode, view }, position, bytes.subarray(0, bytes.length >>> 1));
          throw error;
        }
        const place = this.#place(name, position);
        const target = place.name === name ? { inode, view } : await this.#target(place.name);
        if (target !== undefined) await this.#write(target, place.position, bytes);
      },
      truncate: async (length) => {
        this.#step("truncate", name);
        inode.unsynced.push({ truncate: length });
        await view.truncate(length);
      },
      sync: async () => {
        this.#step("sync", name);
        this.#syncs++;
        if (!this.#honest) return;
        inode.durable = await view.read(0, await view.size());
        inode.unsynced = [];
      },
    };
  }

  async #write({ inode, view }: Target, position: number, bytes: Uint8Array): Promise<void> {
    inode.unsynced.push({ write: position, bytes: bytes.slice() });
    await view.write(position, bytes);
  }

  /** Where a write really goes. */
  #place(name: string, position: number): { readonly name: string | undefined; readonly position: number } {
    const misdeed = this.#misdeed(name, position);
    if (misdeed === "lost") return { name: undefined, position };
    return { name: misdeed?.name ?? name, position: misdeed?.position ?? position };
  }

  async #target(name = ""): Promise<Target | undefined> {
    const inode = this.#inodes.get(name);
    return inode && { inode, view: await this.#view.open(name) };
  }
}

interface Target {
  readonly inode: Inode;
  readonly view: DiskFile;
}

function contentAfterCut({ durable, unsynced }: Inode, fate: () => Fate): Uint8Array {
  let content: Uint8Array = durable.slice();
  for (const change of unsynced) {
    const own = change.durable === true ? () => "kept" as const : fate;
    if ("truncate" in change) {
      if (own() === "kept") content = resized(content, change.truncate);
    } else {
      content = writeSectors(content, change, own);
    }
  }
  return content;
}

function writeSectors(
  before: Uint8Array,
  { write, bytes }: { readonly write: number; readonly bytes: Uint8Array },
  fate: () => Fate,
): Uint8Array {
  let content = resized(before, before.length);
  for (let at = 0; at < bytes.length; ) {
    const next = Math.min(bytes.length, (Math.floor((write + at) / SECTOR) + 1) * SECTOR - write);
    const end = fate();
    if (end !== "lost") {
      content = resized(content, Math.max(content.length, write + next));
      content.set(end === "kept" ? bytes.subarray(at, next) : noise(bytes.subarray(at, next)), write + at);
    }
    at = next;
  }
  return content;
}

/** Neither what was there nor what should be. */
function noise(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => (at % 3 === 0 ? byte : byte ^ ((at * 37) & 0xff) ^ 0x55));
}

function resized(content: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(length);
  made.set(content.subarray(0, length));
  return made;
}

/** A simulated disk that holds `files`, all durable. */
export function createFaultDisk(files: ReadonlyMap<string, Uint8Array> = new Map()): FaultDisk {
  const inodes = new Map([...files].map(([name, durable]): [string, Inode] => [name, { durable, unsynced: [] }]));
  const durableNames = new Map(inodes);
  return new SimulatedDisk({ view: createMemoryDisk(files), inodes, durableNames, nameChanges: [] });
}
