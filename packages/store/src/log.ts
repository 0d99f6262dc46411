// The journal on a disk: a row of segments, group commit, and checkpoints that let old segments go.

import { type CheckedFile, checkFiles } from "./check.ts";
import { removeUnfinished, writeCheckpoint } from "./checkpoint.ts";
import type { Disk, DiskLock } from "./disk.ts";
import type { Entry } from "./entry.ts";
import type { Journal } from "./pipeline.ts";
import { createSegment, type SealedSegment, type Segment, segmentName } from "./segment.ts";
import type { State } from "./state.ts";
import type { StoreCheck } from "./store.ts";

export interface LogParts {
  readonly disk: Disk;
  readonly lock: DiskLock;
  /** Oldest first. */
  readonly sealed: readonly SealedSegment[];
  readonly current: Segment;
  /** The last entry in `current` or before. */
  readonly lastEntry: number;
  readonly checkpoint: { readonly name: string; readonly bytes: number } | undefined;
  /** Size at which a new segment begins. */
  readonly segmentBytes: number;
}

/** Space that must be there before a full store takes writes again. */
const PROBE_BYTES = 256 * 1024;

export class SegmentLog implements Journal {
  readonly promise: string;
  readonly #disk: Disk;
  readonly #lock: DiskLock;
  readonly #segmentBytes: number;
  #sealed: SealedSegment[];
  #current: Segment;
  #lastEntry: number;
  #checkpoint: LogParts["checkpoint"];
  /** The newest state that the history needs no log for; a checkpoint may be made of it. */
  #base: State | undefined;
  /** Checkpoints under way. */
  #trimming: Promise<void> | undefined;
  #broken = false;

  constructor(parts: LogParts) {
    this.#disk = parts.disk;
    this.#lock = parts.lock;
    this.#segmentBytes = parts.segmentBytes;
    this.#sealed = [...parts.sealed];
    this.#current = parts.current;
    this.#lastEntry = parts.lastEntry;
    this.#checkpoint = parts.checkpoint;
    this.promise = `An acknowledged write was synced to the disk, together with those that waited. ${parts.disk.promise}`;
  }

  get bytes(): number {
    const sealed = this.#sealed.reduce((sum, { bytes }) => sum + bytes, 0);
    return sealed + this.#current.bytes + (this.#checkpoint?.bytes ?? 0);
  }

  async append(entries: readonly Entry[]): Promise<void> {
    try {
      if (this.#current.bytes >= this.#segmentBytes) await this.#rotate();
      await this.#current.append(entries.map((entry) => ({ kind: "entry", entry })));
    } catch (error) {
      this.#broken = true;
      throw error;
    }
    this.#lastEntry = entries.at(-1)?.number ?? this.#lastEntry;
  }

  async probe(): Promise<boolean> {
    const works = await this.#current.probe(PROBE_BYTES);
    if (works) this.#broken = false;
    return works;
  }

  check(): Promise<StoreCheck> {
    return checkFiles(this.#disk, this.#files(), (name) => this.#files().some((file) => file.name === name));
  }

  #files(): CheckedFile[] {
    const segments = [...this.#sealed, this.#current].map(({ sequence, bytes }) => ({
      name: segmentName(sequence),
      bytes,
    }));
    return this.#checkpoint === undefined ? segments : [this.#checkpoint, ...segments];
  }

  trim(base: State): void {
    this.#base = base;
    this.#trimming ??= this.#trimWhileWorthwhile().finally(() => {
      this.#trimming = undefined;
    });
  }

  async close(): Promise<void> {
    this.#base = undefined;
    await this.#trimming;
    // The seal lets the next opening tell damage to the last records from a torn tail. Without it nothing is lost.
    if (!this.#broken) await this.#current.append([{ kind: "seal" }]).catch(() => undefined);
    await this.#current.close();
    await this.#lock.release();
  }

  async #rotate(): Promise<void> {
    const next = await createSegment(this.#disk, { sequence: this.#current.sequence + 1, after: this.#lastEntry });
    // The successor is there already and counts: without the mark only its loss would go unnoticed.
    await this.#current.append([{ kind: "continued" }]).catch(() => undefined);
    const { sequence, bytes } = this.#current;
    await this.#current.close();
    this.#sealed.push({ sequence, bytes, lastEntry: this.#lastEntry });
    this.#current = next;
  }

  async #trimWhileWorthwhile(): Promise<void> {
    for (let base = this.#base; base !== undefined && this.#isWorthwhile(base); base = this.#base) {
      if (!(await this.#advance(base))) break;
    }
  }

  /** A checkpoint is worth its writing when it frees as much as the last one took. */
  #isWorthwhile(base: State): boolean {
    const droppable = this.#sealed.filter(({ lastEntry }) => lastEntry <= base.entry);
    const bytes = droppable.reduce((sum, segment) => sum + segment.bytes, 0);
    return bytes > 0 && bytes >= (this.#checkpoint?.bytes ?? 0);
  }

  /** Makes a checkpoint and drops what it replaces. A failure costs nothing but space: false, and the next trim tries again. */
  async #advance(base: State): Promise<boolean> {
    try {
      const previous = this.#checkpoint;
      const firstSegment =
        this.#sealed.find(({ lastEntry }) => lastEntry > base.entry)?.sequence ?? this.#current.sequence;
      this.#checkpoint = await writeCheckpoint(this.#disk, base, { firstSegment, restored: false });
      if (previous !== undefined && previous.name !== this.#checkpoint.name) await this.#disk.remove(previous.name);
      await this.#dropUpTo(base.entry);
      return true;
    } catch {
      await removeUnfinished(this.#disk).catch(() => undefined);
      return false;
    }
  }

  /** Oldest first, so that a crash in between leaves a row without gaps. */
  async #dropUpTo(entry: number): Promise<void> {
    for (;;) {
      const oldest = this.#sealed[0];
      if (oldest === undefined || oldest.lastEntry > entry) break;
      await this.#disk.remove(segmentName(oldest.sequence));
      this.#sealed.shift();
    }
    await this.#disk.syncDirectory();
  }
}
