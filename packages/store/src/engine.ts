// The embedded engine: the parts put together behind the `Store` interface.

import { assert, type Clock, defined } from "@knots/std";
import type { Applied, Entry } from "./entry.ts";
import { StoreError } from "./error.ts";
import { createHistory, type History } from "./history.ts";
import { prefixEnd } from "./keys.ts";
import { createLeaseClock, type LeaseClock } from "./leases.ts";
import { createPipeline, type Journal, type Pipeline } from "./pipeline.ts";
import { backupBytes } from "./restore.ts";
import { changesTo, HeldState } from "./snapshot.ts";
import { attachmentKey, EMPTY_STATE, leaseKey, type State } from "./state.ts";
import type {
  EmbeddedStore,
  RangeOptions,
  RangeResult,
  Revision,
  Snapshot,
  StoreCheck,
  StoreStatus,
  Txn,
  TxnResult,
} from "./store.ts";
import { type Decision, decide, readRange } from "./transaction.ts";
import { treeGet, treeSize, treeVisit } from "./tree.ts";
import { createWatchHub, type WatchHub } from "./watch.ts";
import { type Compactor, createCompactor, DEFAULT_WINDOW, type HistoryWindow } from "./window.ts";

/** Limits of a store; every one has a default. */
export interface StoreLimits {
  /** Automatic compaction; `false` keeps everything. */
  readonly history?: HistoryWindow | false | undefined;
  /** Longest silence towards a watcher that asked for progress while the store moves on (milliseconds, default 1000). */
  readonly progressMs?: number | undefined;
  /** Bytes of writes that may wait for the disk before more are refused with `busy` (default 64 MiB). */
  readonly queueBytes?: number | undefined;
  /** How often a full disk is tried again (milliseconds, default 1000). */
  readonly retryMs?: number | undefined;
}

export interface EngineOptions {
  readonly clock: Clock;
  readonly limits: StoreLimits;
  readonly history: History;
  /** The newest state; the history's last one, or entries without events later. */
  readonly state: State;
  readonly journal?: Journal | undefined;
}

const MEMORY_PROMISE = "An acknowledged write lives in this process's memory only.";
const NO_CHANGES = { changes: [] } as const;

/** Runs a store on a state. */
export function startEngine(options: EngineOptions): EmbeddedStore {
  return new Engine(options);
}

class Engine implements EmbeddedStore {
  readonly #clock: Clock;
  readonly #limits: StoreLimits;
  readonly #history: History;
  readonly #journal: Journal | undefined;
  readonly #pipeline: Pipeline;
  readonly #watches: WatchHub;
  readonly #leases: LeaseClock;
  readonly #compactor: Compactor | undefined;
  #failure: StoreError | undefined;
  #closing: Promise<void> | undefined;

  constructor({ clock, limits, history, state, journal }: EngineOptions) {
    this.#clock = clock;
    this.#limits = limits;
    this.#history = history;
    this.#journal = journal;
    this.#watches = createWatchHub({ history, clock, progressMs: limits.progressMs ?? 1000 });
    this.#leases = createLeaseClock(clock, (ids) => this.#expire(ids), limits.retryMs);
    this.#pipeline = createPipeline({
      start: state,
      clock,
      journal,
      queueBytes: limits.queueBytes ?? 64 * 1024 * 1024,
      publish: (entry, applied) => this.#publish(entry, applied),
      failed: (error) => this.#fail(error),
    });
    const { history: window = DEFAULT_WINDOW } = limits;
    // An automatic compaction that fails is tried again with the next one.
    const compact = (to: Revision): void => void this.compact(to).catch(() => undefined);
    this.#compactor = window === false ? undefined : createCompactor({ history, clock }, window, compact);
    this.#compactor?.grown();
    treeVisit(state.leases, { start: "", end: prefixEnd("") }, ({ id, ttlSeconds }) => {
      this.#leases.renew(id, ttlSeconds);
      return true;
    });
  }

  async txn(txn: Txn): Promise<TxnResult> {
    this.#checkOpen();
    const { head } = this.#pipeline;
    let decision: Decision;
    try {
      decision = decide(head, txn);
    } catch (error) {
      return this.#refuse(error);
    }
    const { succeeded, responses, changes } = decision;
    if (changes.length === 0) {
      await this.#pipeline.barrier();
      return { succeeded, revision: head.revision, responses };
    }
    this.#checkWritable();
    await this.#pipeline.propose({ changes }, txn.patienceMs);
    return { succeeded, revision: head.revision + 1, responses };
  }

  async range(options: RangeOptions): Promise<RangeResult> {
    this.#checkOpen();
    const state = this.#stateAt(options.at || this.#pipeline.durable.revision);
    return { revision: this.#pipeline.durable.revision, ...readRange(state.keys, options) };
  }

  watch(options: Parameters<EmbeddedStore["watch"]>[0]): ReturnType<EmbeddedStore["watch"]> {
    this.#checkOpen();
    return this.#watches.open(options, this.#pipeline.durable.compacted);
  }

  progress(): void {
    this.#watches.progress();
  }

  async compact(to: Revision): Promise<void> {
    this.#checkOpen();
    const { head, durable } = this.#pipeline;
    if (to > durable.revision) throw new StoreError("future-revision", `revision ${to} does not exist yet`);
    if (to <= head.compacted) {
      await this.#refuse(new StoreError("compacted", `everything before ${head.compacted} is gone already`));
    }
    this.#checkWritable();
    await this.#pipeline.propose({ ...NO_CHANGES, compactTo: to });
  }

  revisionAt(time: number): Revision | undefined {
    const revision = this.#history.revisionAt(time);
    return revision !== undefined && revision >= this.#pipeline.durable.compacted ? revision : undefined;
  }

  async grant(ttlSeconds: number): Promise<{ readonly id: number }> {
    this.#checkOpen();
    this.#checkWritable();
    if (!(ttlSeconds > 0)) throw new StoreError("invalid", `a lease cannot live for ${ttlSeconds} s`);
    const id = this.#pipeline.head.lastLease + 1;
    await this.#pipeline.propose({ ...NO_CHANGES, grant: { id, ttlSeconds } });
    return { id };
  }

  async revoke(id: number): Promise<void> {
    this.#checkOpen();
    this.#checkWritable();
    if (treeGet(this.#pipeline.head.leases, leaseKey(id)) === undefined) await this.#refuse(noLease(id));
    await this.#revokeAll([id]);
  }

  async keepAlive(id: number): Promise<void> {
    this.#checkOpen();
    const lease = treeGet(this.#pipeline.head.leases, leaseKey(id));
    if (lease === undefined) return this.#refuse(noLease(id));
    this.#leases.renew(id, lease.ttlSeconds);
  }

  status(): StoreStatus {
    const { durable } = this.#pipeline;
    const status = {
      revision: durable.revision,
      compactedRevision: durable.compacted,
      keys: treeSize(durable.keys),
      liveBytes: durable.liveBytes,
      historyBytes: this.#history.bytes,
      diskBytes: this.#journal?.bytes ?? 0,
      watchers: this.#watches.size,
      leases: treeSize(durable.leases),
      promise: this.#journal?.promise ?? MEMORY_PROMISE,
    };
    return this.#failure === undefined ? status : { ...status, readOnly: this.#failure.message };
  }

  timeOf(revision: Revision): number | undefined {
    const { durable } = this.#pipeline;
    if (revision < durable.compacted || revision > durable.revision) return undefined;
    return this.#history.stateAt(revision)?.time;
  }

  async *backup(): AsyncGenerator<Uint8Array> {
    this.#checkOpen();
    for (const piece of backupBytes(this.#pipeline.durable)) yield piece.slice();
  }

  async check(): Promise<StoreCheck> {
    this.#checkOpen();
    return (await this.#journal?.check()) ?? { files: 0, bytes: 0, problems: [] };
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  snapshot(): Snapshot {
    this.#checkOpen();
    return new HeldState(this.#pipeline.durable);
  }

  async reset(to: Snapshot): Promise<Revision> {
    this.#checkOpen();
    assert(to instanceof HeldState, "a snapshot of an embedded store");
    const { head } = this.#pipeline;
    const changes = changesTo(to.state, head);
    if (changes.length === 0) return head.revision;
    this.#checkWritable();
    await this.#pipeline.propose({ changes });
    return head.revision + 1;
  }

  fork(from: Revision | Snapshot = this.#pipeline.durable.revision): EmbeddedStore {
    this.#checkOpen();
    assert(typeof from === "number" || from instanceof HeldState, "a revision or a snapshot of an embedded store");
    const origin = typeof from === "number" ? this.#stateAt(from) : from.state;
    const at = origin.revision;
    const state: State = { ...origin, compacted: at };
    const commit = this.#history.at(at);
    const history = createHistory(
      commit === undefined ? state : defined(this.#history.stateAt(at - 1), "the state before"),
    );
    if (commit !== undefined) history.append(state, commit.events);
    return startEngine({ clock: this.#clock, limits: this.#limits, history, state });
  }

  async #shutDown(): Promise<void> {
    this.#compactor?.close();
    this.#leases.close();
    await this.#pipeline.close();
    this.#watches.close(new StoreError("closed", "the store was closed"));
    await this.#journal?.close();
  }

  #stateAt(revision: Revision): State {
    const { durable } = this.#pipeline;
    if (revision > durable.revision) {
      throw new StoreError(
        "future-revision",
        `revision ${revision} does not exist yet: the store is at ${durable.revision}`,
      );
    }
    const state = revision < durable.compacted ? undefined : this.#history.stateAt(revision);
    if (state === undefined) throw new StoreError("compacted", `revision ${revision} is no longer kept`);
    return state;
  }

  #publish(entry: Entry, { state, events }: Applied): void {
    if (events.length > 0) {
      this.#watches.publish(this.#history.append(state, events));
      this.#compactor?.grown();
    }
    for (const id of entry.revoked ?? []) this.#leases.drop(id);
    if (entry.grant !== undefined) this.#leases.renew(entry.grant.id, entry.grant.ttlSeconds);
    if (entry.compactTo !== undefined) {
      this.#history.forget(entry.compactTo);
      this.#watches.trimmed();
      this.#journal?.trim(this.#history.base);
    }
  }

  #expire(due: readonly number[]): void {
    const ids = due.filter((id) => treeGet(this.#pipeline.head.leases, leaseKey(id)) !== undefined);
    // What cannot be written now is offered again by the lease clock.
    if (ids.length > 0 && this.#failure === undefined) this.#revokeAll(ids).catch(() => undefined);
  }

  #revokeAll(ids: readonly number[]): Promise<void> {
    const { head } = this.#pipeline;
    const changes: { key: string; lease: number }[] = [];
    for (const id of ids) {
      const start = attachmentKey(id, "");
      treeVisit(
        head.attachments,
        { start, end: prefixEnd(start) },
        ({ target }) => changes.push({ key: target, lease: 0 }) > 0,
      );
    }
    return this.#pipeline.propose({ changes, revoked: ids });
  }

  #fail(error: StoreError): void {
    this.#failure ??= error;
    if (this.#failure.code === "full") this.#scheduleProbe();
  }

  /** A full disk is tried until it takes writes again; other failures last until the store is opened anew. */
  #scheduleProbe(): void {
    const probe = async (): Promise<void> => {
      if (this.#closing !== undefined) return;
      if (await this.#journal?.probe()) this.#failure = undefined;
      else this.#scheduleProbe();
    };
    this.#clock.setTimer(this.#limits.retryMs ?? 1000, () => void probe(), { background: true });
  }

  /** A refusal may show a write that is not durable yet: it waits for it, as an answer would. */
  async #refuse(error: unknown): Promise<never> {
    await this.#pipeline.barrier();
    throw error;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreError("closed", "the store is closed");
  }

  #checkWritable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function noLease(id: number): StoreError {
  return new StoreError("lease", `lease ${id} does not exist`);
}

/** A store in memory, for in-process use: nothing is serialised, nothing survives the process. */
export function openMemoryStore(options: StoreLimits & { readonly clock: Clock }): EmbeddedStore {
  return startEngine({
    clock: options.clock,
    limits: options,
    history: createHistory(EMPTY_STATE),
    state: EMPTY_STATE,
  });
}
