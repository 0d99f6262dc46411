// Values, keys and operations as short texts: for comparing and for telling people.
import { type KeyRange, type KeyValue, type Op, type StoreEvent, UNBOUNDED } from "@knots/store";
import type { Operation, Outcome, Request } from "./operation.ts";

/** Bytes as a text that is different for different bytes. */
export function textOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1");
}

export function showKey(kv: KeyValue): string {
  const { key, createRevision, modRevision, version, lease } = kv;
  return `${key}=${textOf(kv.value)}@${createRevision}/${modRevision}/${version}${lease === 0 ? "" : `/lease ${lease}`}`;
}

export function showEvent({ type, kv, previous }: StoreEvent): string {
  const before = previous === undefined ? "" : ` over ${showKey(previous)}`;
  return type === "put" ? `put ${showKey(kv)}${before}` : `delete ${kv.key}@${kv.modRevision}${before}`;
}

export function showEvents(events: readonly StoreEvent[]): string {
  return events.map(showEvent).join(", ");
}

export function showRange({ start, end }: KeyRange): string {
  if (end === undefined) return start;
  return end === UNBOUNDED ? `${start || "everything"}...` : `${start}..${end}`;
}

function showOp(op: Op): string {
  if (op.type === "put") return `put ${op.key}=${clip(textOf(op.value))}${op.lease ? ` lease ${op.lease}` : ""}`;
  return op.type === "delete" ? `delete ${op.key}` : `${op.type} ${showRange(op)}`;
}

function showRequest(op: Request): string {
  switch (op.type) {
    case "txn": {
      const { compare, success, failure = [] } = op.txn;
      const conditions = compare.map(
        (one) =>
          `${one.target}(${one.key})${one.op}${typeof one.value === "number" ? one.value : clip(textOf(one.value))}`,
      );
      const otherwise = failure.length === 0 ? "" : ` else ${failure.map(showOp).join("; ")}`;
      return `txn ${conditions.length === 0 ? "" : `if ${conditions.join(" and ")}: `}${success.map(showOp).join("; ")}${otherwise}`;
    }
    case "range":
      return `range ${showRange(op.options)}${op.options.at ? ` at ${op.options.at}` : ""}${op.options.limit ? ` limit ${op.options.limit}` : ""}`;
    case "compact":
      return `compact ${op.to}`;
    case "grant":
      return `grant ${op.ttlSeconds} s`;
    case "revoke":
      return `revoke ${op.id}`;
    case "expire":
      return `expire ${op.ids.join(" ")}`;
  }
}

function showOutcome(outcome: Outcome): string {
  switch (outcome.type) {
    case "txn":
      return `${outcome.result.succeeded ? "held" : "did not hold"}, revision ${outcome.result.revision}`;
    case "range":
      return `${outcome.result.items.map((kv) => clip(showKey(kv))).join(" ") || "nothing"}, revision ${outcome.result.revision}`;
    case "grant":
      return `lease ${outcome.id}`;
    case "refused":
      return `refused: ${outcome.code}`;
    case "done":
    case "unknown":
      return outcome.type;
  }
}

/** One operation on one line. */
export function showOperation({ process, op, start, end, outcome }: Operation): string {
  return `[${start}..${end}] ${process}: ${showRequest(op)} -> ${showOutcome(outcome)}`;
}

function clip(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 24)}...(${text.length})`;
}
