// Where the store's keys stand in etcd: a prefix of theirs for a root of ours, and a few keys of our own beside it.
import { StoreError } from "../error.ts";
import { type KeyRange, prefixEnd, UNBOUNDED } from "../keys.ts";

/** A range as etcd takes it. */
export interface WireRange {
  readonly key: string;
  /** Empty: the one key. */
  readonly rangeEnd: string;
}

export interface Keyspace {
  /** The key of ours that records times. */
  readonly clockKey: string;
  toWire(key: string): string;
  fromWire(key: string): string;
  /** Whether etcd's key belongs to the store. */
  owns(key: string): boolean;
  /** The part of a range that can hold keys; undefined when there is none. */
  range(range: KeyRange): WireRange | undefined;
  /** A range that holds `range` and our own keys. */
  withOwn(range: WireRange): WireRange;
}

/**
 * Keys that start with `root` stand in etcd with `prefix` instead. Both end in a slash (or `root` is empty).
 * Our own keys stand below `<prefix without the slash>.knots/`, which no key of the store can reach.
 */
export function createKeyspace(prefix: string, root: string): Keyspace {
  const own = `${prefix.replace(/\/$/, "")}.knots/`;
  const end = prefixEnd(prefix);
  const rootEnd = prefixEnd(root);
  const toWire = (key: string): string => {
    if (!key.startsWith(root)) throw new StoreError("invalid", `key ${JSON.stringify(key)} is not below ${root}`);
    return prefix + key.slice(root.length);
  };
  /** A bound of a range, moved to the edge where it lies outside. */
  const bound = (key: string): string => {
    if (key.startsWith(root)) return toWire(key);
    return key < root ? prefix : end;
  };
  return {
    clockKey: `${own}clock`,
    toWire,
    fromWire: (key) => root + key.slice(prefix.length),
    owns: (key) => key.startsWith(prefix),
    range(range) {
      if (range.end === undefined) return range.start.startsWith(root) ? one(toWire(range.start)) : undefined;
      const last = range.end === UNBOUNDED || range.end === rootEnd ? end : bound(range.end);
      const key = bound(range.start);
      return key < last ? { key, rangeEnd: last } : undefined;
    },
    withOwn({ key, rangeEnd }) {
      const last = rangeEnd === "" ? `${key}\0` : rangeEnd;
      const [first] = [key, own].sort();
      const [, furthest] = [last, prefixEnd(own)].sort();
      return { key: first as string, rangeEnd: furthest as string };
    },
  };
}

const one = (key: string): WireRange => ({ key, rangeEnd: "" });
