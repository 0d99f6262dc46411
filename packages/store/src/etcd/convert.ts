// Between the store's values and etcd's messages.
import type { KeyRange } from "../keys.ts";
import type { Compare, KeyValue, Op, OpResponse, StoreEvent } from "../store.ts";
import type { Keyspace } from "./keyspace.ts";
import {
  COMPARE_RESULT,
  COMPARE_TARGET,
  type WireCompare,
  type WireEvent,
  type WireKeyValue,
  type WireOp,
  type WireOpResponse,
} from "./messages.ts";

const NOTHING = new Uint8Array(0);

export function toKeyValue(keys: Keyspace, wire: WireKeyValue): KeyValue {
  const { key = "", value = NOTHING, createRevision = 0, modRevision = 0, version = 0, lease = 0 } = wire;
  return { key: keys.fromWire(key), value, createRevision, modRevision, version, lease };
}

export function toWireCompare(keys: Keyspace, compare: Compare): WireCompare {
  const { target, op, value } = compare;
  return {
    result: COMPARE_RESULT[op],
    target: COMPARE_TARGET[target],
    key: keys.toWire(compare.key),
    [target]: value,
  };
}

/** A read that answers nothing: stands for operations on ranges that cannot hold a key. */
export const readNothing = (keys: Keyspace): WireOp => ({ range: { key: keys.clockKey, countOnly: true } });

function rangeOf(op: Op): KeyRange {
  return op.type === "put" || op.type === "delete" ? { start: op.key } : { start: op.start, end: op.end };
}

export function toWireOp(keys: Keyspace, op: Op): WireOp {
  if (op.type === "put") {
    return { put: { key: keys.toWire(op.key), value: op.value, lease: op.lease ?? 0, prevKv: true } };
  }
  if (op.type === "delete") return { delete: { key: keys.toWire(op.key), prevKv: true } };
  const range = keys.range(rangeOf(op));
  if (range === undefined) return readNothing(keys);
  return op.type === "range" ? { range: { ...range, limit: op.limit ?? 0 } } : { delete: { ...range, prevKv: true } };
}

export function toOpResponse(keys: Keyspace, op: Op, response: WireOpResponse): OpResponse {
  if (op.type === "put") {
    const previous = response.put?.prevKv;
    return previous === undefined ? { type: "put" } : { type: "put", previous: toKeyValue(keys, previous) };
  }
  if (op.type === "range") {
    const { kvs = [], more = false, count = 0 } = response.range ?? {};
    const empty = keys.range(rangeOf(op)) === undefined;
    return { type: "range", items: kvs.map((kv) => toKeyValue(keys, kv)), more, count: empty ? 0 : count };
  }
  return { type: "delete", deleted: (response.delete?.prevKvs ?? []).map((kv) => toKeyValue(keys, kv)) };
}

export function toEvent(keys: Keyspace, { type = 0, kv = {}, prevKv }: WireEvent): StoreEvent {
  const previous = prevKv === undefined ? {} : { previous: toKeyValue(keys, prevKv) };
  return { type: type === 0 ? "put" : "delete", kv: toKeyValue(keys, kv), ...previous };
}
