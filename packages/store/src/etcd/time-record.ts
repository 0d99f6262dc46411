// When revisions were made: one key of ours, written now and then, whose own history is the record.
import type { Timer } from "@knots/std";
import { StoreError } from "../error.ts";
import type { Revision } from "../store.ts";
import { COMPARE_RESULT, COMPARE_TARGET } from "./messages.ts";
import { etcd } from "./methods.ts";
import { isReadable, revisionOf, type Session } from "./session.ts";

/** "The store had reached `revision` before `time`" (milliseconds since the epoch). */
interface Mark {
  readonly time: number;
  readonly revision: Revision;
}
/** A mark as it stands in etcd, with the revision that wrote it; 0 when there is none. */
interface Written extends Mark {
  readonly at: Revision;
}

export interface TimeRecord {
  /** Writes a mark now; answers a revision at which one was written after this call. */
  write(): Promise<Revision>;
  /** The newest recorded revision that was made at or before `time`. */
  revisionAt(time: number): Promise<Revision | undefined>;
  /** Starts the periodic record. */
  start(periodMs: number): void;
  stop(): void;
}

const NONE: Written = { time: 0, revision: 0, at: 0 };
/** How often a mark is tried while other servers write theirs. */
const TRIES = 5;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function read(kv: { readonly value?: Uint8Array; readonly modRevision?: number } | undefined): Written {
  if (kv === undefined) return NONE;
  const { time, revision } = JSON.parse(decoder.decode(kv.value)) as Mark;
  return { time, revision, at: kv.modRevision ?? 0 };
}

export function createTimeRecord(session: Session): TimeRecord {
  return new Record(session);
}

class Record implements TimeRecord {
  readonly #session: Session;
  readonly #key: string;
  #last = NONE;
  #timer: Timer | undefined;
  #writing: Promise<Revision> | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#key = session.keys.clockKey;
  }

  write(): Promise<Revision> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async revisionAt(time: number): Promise<Revision | undefined> {
    const answer = await this.#session.read(etcd.range, { key: this.#key });
    if (time >= this.#session.clock.now()) return revisionOf(answer);
    const newest = read(answer.kvs[0]);
    const mark = newest.at > 0 && newest.time > time ? await this.#search(time, newest) : newest;
    if (mark === undefined || mark.at === 0) return undefined;
    return (await isReadable(this.#session, mark.revision)) ? mark.revision : undefined;
  }

  start(periodMs: number): void {
    const tick = (): void => {
      this.start(periodMs);
      // Silence costs nothing; a mark that fails is made up for by the next one.
      if (this.#session.seen > this.#last.at) this.#attempt().catch(() => undefined);
    };
    this.#timer = this.#session.clock.setTimer(periodMs, tick, { background: true });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  async #write(): Promise<Revision> {
    for (let tries = 1; ; tries++) {
      const at = await this.#attempt();
      if (at !== undefined) return at;
      if (tries === TRIES) throw new StoreError("busy", "others keep writing the record of times");
    }
  }

  /** One guarded write: marks follow each other in time, whoever writes them. Undefined: somebody else was first. */
  async #attempt(): Promise<Revision | undefined> {
    const key = this.#key;
    const mark: Mark = {
      revision: this.#session.seen,
      time: Math.max(this.#session.clock.now(), this.#last.time),
    };
    const put = { key, value: encoder.encode(JSON.stringify(mark)) };
    const answer = await this.#session.write(etcd.txn, {
      compare: [{ result: COMPARE_RESULT["="], target: COMPARE_TARGET.mod, key, mod: this.#last.at }],
      success: [{ put }],
      failure: [{ range: { key } }],
    });
    const at = revisionOf(answer);
    this.#last = answer.succeeded ? { ...mark, at } : read(answer.responses[0]?.range?.kvs?.[0]);
    return answer.succeeded ? at : undefined;
  }

  /** The newest mark of the past at or before `time`. */
  async #search(time: number, newest: Written): Promise<Written | undefined> {
    let [low, high] = [1, newest.at - 1];
    let found: Written | undefined;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const mark = await this.#markAt(middle);
      if (mark.at > 0 && mark.time > time) high = mark.at - 1;
      else {
        if (mark.at > 0) found = mark;
        low = middle + 1;
      }
    }
    return found;
  }

  /** The mark as of a revision; none when that is no longer kept. */
  async #markAt(revision: Revision): Promise<Written> {
    try {
      return read((await this.#session.read(etcd.range, { key: this.#key, revision })).kvs[0]);
    } catch (error) {
      if (error instanceof StoreError && error.code === "compacted") return NONE;
      throw error;
    }
  }
}
