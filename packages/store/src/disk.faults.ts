// Test support: a disk in memory that remembers what was synced, loses power on demand and fails as told.

import { defined, type Random } from "@knots/std";
import { createMemoryDisk } from "./disk.memory.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { StoreError } from "./error.ts";

/** Everything that changes the disk, or makes a change durable: the boundaries at which power can fail. */
export type DiskStep = "create" | "write" | "truncate" | "sync" | "rename" | "remove" | "syncDirectory";

/**
 * What a power cut leaves of changes that were not synced: `lost` nothing, `kept` everything, `torn` a random choice of names and 512-byte sectors, in any
 * order. Synced changes always survive.
 */
export type CutMode = "lost" | "kept" | "torn";

type Change = { readonly write: number; readonly bytes: Uint8Array } | { readonly truncate: number };
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
  /** The process died, the machine did not: a new process may own the disk and sees all that was written, synced or not. */
  revive(): void;
  /** The files that a machine would find after losing power now. */
  afterCut(mode: CutMode, random: Random): Map<string, Uint8Array>;
}

const SECTOR = 512;

class SimulatedDisk implements FaultDisk {
  readonly promise = "It is a simulation.";
  readonly #view: Disk;
  readonly #inodes = new Map<string, Inode>();
  #durableNames: Map<string, Inode>;
  #nameChanges: NameChange[] = [];
  #locked = false;
  #steps = 0;
  #syncs = 0;
  #cut = Number.POSITIVE_INFINITY;
  #fault: (step: DiskStep, name: string) => StoreError | undefined = () => undefined;

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.#view = createMemoryDisk(files);
    for (const [name, durable] of files) this.#inodes.set(name, { durable, unsynced: [] });
    this.#durableNames = new Map(this.#inodes);
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

  afterCut(mode: CutMode, random: Random): Map<string, Uint8Array> {
    const survives = (): boolean => mode === "kept" || (mode === "torn" && random.next() < 0.5);
    const names = new Map(this.#durableNames);
    for (const { name, inode, from } of this.#nameChanges) {
      if (!survives()) continue;
      if (from !== undefined) names.delete(from);
      if (inode === undefined) names.delete(name);
      else names.set(name, inode);
    }
    return new Map([...names].map(([name, inode]) => [name, contentAfterCut(inode, survives)]));
  }

  list(): Promise<readonly string[]> {
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

  revive(): void {
    this.#cut = Number.POSITIVE_INFINITY;
    this.#locked = false;
  }

  #step(step: DiskStep, name: string): void {
    this.#steps++;
    if (this.#steps >= this.#cut) throw new StoreError("io", "the power is off");
    const fault = this.#fault(step, name);
    if (fault !== undefined) throw fault;
  }

  #fileOf(name: string, inode: Inode, view: DiskFile): DiskFile {
    return {
      size: () => view.size(),
      read: (position, length) => view.read(position, length),
      close: () => view.close(),
      write: async (position, bytes) => {
        const write = async (part: Uint8Array): Promise<void> => {
          inode.unsynced.push({ write: position, bytes: part.slice() });
          await view.write(position, part);
        };
        try {
          this.#step("write", name);
        } catch (error) {
          if (this.#steps <= this.#cut) await write(bytes.subarray(0, bytes.length >>> 1));
          throw error;
        }
        await write(bytes);
      },
      truncate: async (length) => {
        this.#step("truncate", name);
        inode.unsynced.push({ truncate: length });
        await view.truncate(length);
      },
      sync: async () => {
        this.#step("sync", name);
        this.#syncs++;
        inode.durable = await view.read(0, await view.size());
        inode.unsynced = [];
      },
    };
  }
}

function contentAfterCut({ durable, unsynced }: Inode, survives: () => boolean): Uint8Array {
  let content: Uint8Array = durable.slice();
  for (const change of unsynced) {
    if ("truncate" in change) {
      if (survives()) content = resized(content, change.truncate);
    } else {
      content = writeSectors(content, change, survives);
    }
  }
  return content;
}

function writeSectors(
  before: Uint8Array,
  { write, bytes }: { readonly write: number; readonly bytes: Uint8Array },
  survives: () => boolean,
): Uint8Array {
  let content = resized(before, before.length);
  for (let at = 0; at < bytes.length; ) {
    const next = Math.min(bytes.length, (Math.floor((write + at) / SECTOR) + 1) * SECTOR - write);
    if (survives()) {
      content = resized(content, Math.max(content.length, write + next));
      content.set(bytes.subarray(at, next), write + at);
    }
    at = next;
  }
  return content;
}

function resized(content: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(length);
  made.set(content.subarray(0, length));
  return made;
}

/** A simulated disk that holds `files`, all durable. */
export function createFaultDisk(files: ReadonlyMap<string, Uint8Array> = new Map()): FaultDisk {
  return new SimulatedDisk(files);
}
