// Short ways to write histories down in tests.
import type { KeyValue, Op, StoreEvent, WatchBatch } from "@knots/store";
import type { Operation, Outcome, Request, WatchRecord } from "./operation.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** "a=1@2/3/2" is key a with value 1, created at 2, modified at 3, version 2; what is left out equals the creation, and version 1. */
export function kv(text: string): KeyValue {
  const [key = "", rest = ""] = text.split("=");
  const [value = "", numbers = "0"] = rest.split("@");
  const [createRevision = 0, modRevision = createRevision, version = 1] = numbers.split("/").map(Number);
  return { key, value: bytes(value), createRevision, modRevision, version, lease: 0 };
}

/** When: "1-4" from 1 to 4. The process is called by its start. */
function operation(when: string, op: Request, outcome: Outcome): Operation {
  const [start = 0, end = Number.POSITIVE_INFINITY] = when.split("-").map(Number);
  return { process: `p${start}`, op, start, end, outcome };
}

/** A put of "key=value" that made a revision over what was there; a revision of 0: nobody knows. */
export function put(when: string, what: string, revision: number, previous?: string): Operation {
  const [key = "", value = ""] = what.split("=");
  const response = previous === undefined ? { type: "put" as const } : { type: "put" as const, previous: kv(previous) };
  return transaction(when, [{ type: "put", key, value: bytes(value) }], { revision, responses: [response] });
}

export function transaction(
  when: string,
  success: readonly Op[],
  result: { revision: number; responses: readonly object[] },
): Operation {
  const op: Request = { type: "txn", txn: { compare: [], success } };
  if (result.revision === 0) return operation(when, op, { type: "unknown" });
  return operation(when, op, {
    type: "txn",
    result: { succeeded: true, revision: result.revision, responses: result.responses as never },
  });
}

/** A read of one key that found `items`. */
export function read(when: string, key: string, revision: number, ...items: readonly string[]): Operation {
  return operation(
    when,
    { type: "range", options: { start: key } },
    { type: "range", result: { revision, items: items.map(kv), more: false, count: items.length } },
  );
}

/** A read of one key as it was at a revision. */
export function readAt(
  when: string,
  { key, at, revision }: { key: string; at: number; revision: number },
  ...items: readonly string[]
): Operation {
  return operation(
    when,
    { type: "range", options: { start: key, at } },
    { type: "range", result: { revision, items: items.map(kv), more: false, count: items.length } },
  );
}

export function compact(when: string, to: number, outcome: Outcome = { type: "done" }): Operation {
  return operation(when, { type: "compact", to }, outcome);
}

/** "put a=1@2/3/2 over a=0@2" or "delete a@4 over a=1@2". */
export function event(text: string): StoreEvent {
  const [, type, what = "", before] = /^(put|delete) (\S+)(?: over (\S+))?$/.exec(text) ?? [];
  const previous = before === undefined ? {} : { previous: kv(before) };
  if (type === "put") return { type, kv: kv(what), ...previous };
  const [key = "", revision] = what.split("@");
  return {
    type: "delete",
    kv: { key, value: bytes(""), createRevision: 0, modRevision: Number(revision), version: 0, lease: 0 },
    ...previous,
  };
}

export function batch(revision: number, ...events: readonly string[]): WatchBatch {
  return { revision, events: events.map(event) };
}

export function watch(batches: readonly WatchBatch[], more: Partial<WatchRecord> = {}): WatchRecord {
  return { name: "w", range: { start: "", end: "\0" }, from: 2, batches, end: { type: "open" }, ...more };
}
