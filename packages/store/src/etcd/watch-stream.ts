// All watches on one stream to one member: who stands under which number, and what each answer means.
import { StoreError } from "../error.ts";
import type { Revision, StoreEvent } from "../store.ts";
import { toEvent } from "./convert.ts";
import type { WatchRequest, WatchResponse, WireEvent } from "./messages.ts";
import type { TwoWay } from "./port.ts";
import { revisionOf, type Session } from "./session.ts";
import type { Hold, Watcher } from "./watcher.ts";
import type { TypeOf } from "./wire.ts";

type Ask = Partial<TypeOf<typeof WatchRequest>>;
type Answer = TypeOf<typeof WatchResponse>;
/** The stream to a member. */
export type WireStream = TwoWay<Ask, Answer>;

interface Attachment {
  readonly watcher: Watcher;
  readonly hold: Hold;
  /** Parts of an answer that comes in several. */
  readonly parts: WireEvent[];
}

/** The number under which progress of the whole stream is reported. */
const EVERYBODY = -1;

export interface WatchStreamOptions {
  readonly session: Session;
  readonly stream: WireStream;
  /** Whether the member's reports of progress can be believed. */
  readonly trusted: boolean;
  /** Checks that nothing that is held was compacted away before the watcher could see it; then releases it or ends the watcher. */
  readonly verify: (watcher: Watcher, hold: Hold) => void;
}

/** Watchers on a stream. Everything is synchronous; `handle` throws when the stream is of no more use. */
export class WatchStream {
  readonly trusted: boolean;
  readonly #session: Session;
  readonly #stream: WireStream;
  readonly #verify: WatchStreamOptions["verify"];
  readonly #byNumber = new Map<number, Attachment>();
  readonly #numbers = new Map<Watcher, number>();
  #last = 0;

  constructor({ session, stream, trusted, verify }: WatchStreamOptions) {
    this.#session = session;
    this.#stream = stream;
    this.trusted = trusted;
    this.#verify = verify;
  }

  /** Asks for everything after the watcher's position. */
  attach(watcher: Watcher): void {
    if (watcher.wire === undefined || watcher.ended || this.#numbers.has(watcher)) return;
    const watchId = ++this.#last;
    const start = Math.max(watcher.position + 1, 1);
    // Held until the answer says whether the start lies in the past.
    this.#byNumber.set(watchId, { watcher, hold: watcher.hold(start), parts: [] });
    this.#numbers.set(watcher, watchId);
    this.#stream.send({
      create: { ...watcher.wire, startRevision: start, prevKv: true, watchId, fragment: true },
    });
  }

  detach(watcher: Watcher): void {
    const watchId = this.#numbers.get(watcher);
    if (watchId === undefined) return;
    this.#forget(watchId, watcher);
    this.#stream.send({ cancel: { watchId } });
  }

  askProgress(): void {
    this.#stream.send({ progress: {} });
  }

  handle(answer: Answer): void {
    const revision = revisionOf(answer);
    this.#session.note(revision);
    if (answer.watchId === EVERYBODY) this.#progress(revision);
    const attachment = this.#byNumber.get(answer.watchId);
    if (attachment === undefined) return;
    if (answer.canceled) this.#canceled(answer, attachment.watcher);
    else if (answer.created) this.#created(attachment, revision);
    this.#events(answer, attachment);
  }

  #created({ watcher, hold }: Attachment, revision: Revision): void {
    if (hold.from <= revision) this.#verify(watcher, hold);
    else hold.release();
  }

  #events({ events, fragment }: Answer, { watcher, parts }: Attachment): void {
    for (const event of events) parts.push(event);
    if (fragment || parts.length === 0) return;
    for (const [revision, mine] of byRevision(parts.splice(0))) {
      watcher.receive(revision, this.#owned(mine));
    }
    if (watcher.behind) this.detach(watcher);
  }

  #owned(events: readonly WireEvent[]): StoreEvent[] {
    const { keys } = this.#session;
    return events.filter(({ kv }) => keys.owns(kv?.key ?? "")).map((event) => toEvent(keys, event));
  }

  #progress(revision: Revision): void {
    if (!this.trusted) return;
    for (const { watcher } of this.#byNumber.values()) watcher.advance(revision);
  }

  #canceled({ watchId, compactRevision, cancelReason }: Answer, watcher: Watcher): void {
    this.#forget(watchId, watcher);
    if (compactRevision > 0 && !watcher.anchored) {
      watcher.skip(compactRevision);
      this.attach(watcher);
    } else if (compactRevision > 0) watcher.end(overtaken(watcher, compactRevision));
    else if (/permission denied/i.test(cancelReason)) watcher.end(new StoreError("denied", `etcd: ${cancelReason}`));
    else throw new StoreError("unavailable", `etcd ended a watch: ${cancelReason || "no reason given"}`);
  }

  #forget(watchId: number, watcher: Watcher): void {
    this.#byNumber.delete(watchId);
    this.#numbers.delete(watcher);
  }
}

/** The error of a watcher whose next revision is gone. */
export function overtaken({ position, lagged }: Watcher, compacted?: Revision): StoreError {
  if (lagged)
    return new StoreError("slow", `the watcher was still at revision ${position + 1} when it left the history`);
  const what = compacted === undefined ? "was compacted" : `is older than ${compacted}, the oldest one kept`;
  return new StoreError("compacted", `revision ${position + 1} ${what}: watch from the present`);
}

/** Events come in order; those of one revision stand together. */
function* byRevision(events: readonly WireEvent[]): Iterable<[Revision, WireEvent[]]> {
  let current: WireEvent[] = [];
  for (const event of events) {
    const before = current[0]?.kv?.modRevision;
    if (before !== undefined && before !== event.kv?.modRevision) {
      yield [before, current];
      current = [];
    }
    current.push(event);
  }
  const last = current[0]?.kv?.modRevision;
  if (last !== undefined) yield [last, current];
}
