// Decides what becomes of an event: a new object, one more count of an old one, or nothing. Numbers are upstream's.
import type { Event } from "@knots/api";
import type { NewObject } from "@knots/machinery";
import { createRecent } from "./recent.ts";

/** An event before the server has it. */
export type EventDraft = NewObject<typeof Event>;

/** What to do with an event: `repeats` means that an object of that name is already there and gets a higher count. */
export interface Correlated {
  readonly event: EventDraft;
  readonly repeats: boolean;
}

/** Remembers the last events per source and object. */
export interface Correlator {
  /** Undefined when the source says too much about the object. `now` in milliseconds, never going back. */
  correlate(event: EventDraft, now: number): Correlated | undefined;
}

/** Events with so many different messages within the interval are taken together. */
const SIMILAR_EVENTS = 10;
const SIMILAR_INTERVAL = 600_000;
/** Per source and object: this many at once, then one in five minutes. */
const BURST = 25;
const REFILL = 300_000;
const REMEMBERED = 4096;
const COMBINED = "(combined from similar events): ";

interface Similar {
  readonly messages: Set<string>;
  readonly last: number;
}
interface Seen {
  readonly count: number;
  readonly firstTimestamp: string | undefined;
  readonly name: string | undefined;
}
interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

function subjectOf({ source, involvedObject }: EventDraft): readonly unknown[] {
  const { kind, namespace, name, uid, apiVersion } = involvedObject ?? {};
  return [source?.component, source?.host, kind, namespace, name, uid, apiVersion];
}

function similarKey(event: EventDraft): readonly unknown[] {
  return [...subjectOf(event), event.type, event.reason, event.reportingComponent, event.reportingInstance];
}

/** Creates a correlator that has seen nothing. */
export function createCorrelator(): Correlator {
  const similar = createRecent<Similar>(REMEMBERED);
  const seen = createRecent<Seen>(REMEMBERED);
  const buckets = createRecent<Bucket>(REMEMBERED);

  /** The event, or the one that stands for it and its like, with the key under which it is counted. */
  const combine = (event: EventDraft, now: number): readonly [event: EventDraft, key: string] => {
    const key = similarKey(event);
    const name = JSON.stringify(key);
    const { message = "" } = event;
    const known = similar.get(name);
    const messages = known && now - known.last <= SIMILAR_INTERVAL ? known.messages : new Set<string>();
    messages.add(message);
    similar.set(name, { messages, last: now });
    if (messages.size < SIMILAR_EVENTS)
      return [event, JSON.stringify([...key, event.involvedObject?.fieldPath, message])];
    messages.delete(message);
    return [{ ...event, message: `${COMBINED}${message}` }, name];
  };
  const count = (event: EventDraft, key: string): Correlated => {
    const before = seen.get(key);
    const name = before?.name ?? event.metadata.name;
    const firstTimestamp = before?.firstTimestamp ?? event.firstTimestamp;
    const times = (before?.count ?? 0) + 1;
    seen.set(key, { count: times, firstTimestamp, name });
    const metadata = { ...event.metadata, ...(name && { name }) };
    const counted = { ...event, metadata, count: times, ...(firstTimestamp && { firstTimestamp }) };
    return { event: counted, repeats: before !== undefined };
  };
  const admit = (event: EventDraft, now: number): boolean => {
    const key = JSON.stringify(subjectOf(event));
    const { tokens, at } = buckets.get(key) ?? { tokens: BURST, at: now };
    const filled = Math.min(BURST, tokens + (now - at) / REFILL);
    buckets.set(key, { tokens: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1;
  };
  return {
    correlate(event, now) {
      const [combined, key] = combine(event, now);
      const correlated = count(combined, key);
      return admit(event, now) ? correlated : undefined;
    },
  };
}
