// Puts together what recorders in several processes wrote down, one after the other, each until its death.
import type { WatchBatch } from "@knots/store";
import type { Recording } from "./judge.ts";
import type { Operation, WatchRecord } from "./operation.ts";
import type { Message } from "./recorder.ts";

export interface RecordedLife {
  readonly messages: readonly Message[];
  /** When the store was open; what was unknown before has happened by then or never will. `undefined`: it never was. */
  readonly opened: number | undefined;
}

/** One recording of all lives. `until`: watches of the last one that are still open must have seen everything up to here. */
export function joinLives(lives: readonly RecordedLife[], until?: number): Recording {
  const history = lives.flatMap((life, at) => {
    const settled = lives.slice(at + 1).find(({ opened }) => opened !== undefined)?.opened ?? Number.POSITIVE_INFINITY;
    return operationsOf(life).map((operation) => {
      const open = operation.outcome.type === "unknown" && operation.op.type !== "expire";
      return open ? { ...operation, end: Math.min(operation.end, settled) } : operation;
    });
  });
  const watches = lives.flatMap((life, at) => watchesOf(life, at === lives.length - 1 ? until : undefined));
  return { history, watches };
}

function operationsOf({ messages }: RecordedLife): Operation[] {
  const operations = new Map<number, Operation>();
  for (const message of messages) if (message.type === "operation") operations.set(message.id, message.operation);
  return [...operations.values()];
}

function watchesOf({ messages }: RecordedLife, until: number | undefined): WatchRecord[] {
  const records = new Map<number, WatchRecord>();
  const batches = new Map<number, WatchBatch[]>();
  for (const message of messages) {
    if (message.type === "watch" || message.type === "end") records.set(message.id, message.record);
    if (message.type === "batch") add(batches, message.id, message.batch);
  }
  return [...records].map(([id, record]) => ({
    ...record,
    batches: batches.get(id) ?? [],
    until: record.end.type === "open" ? until : undefined,
  }));
}

function add(batches: Map<number, WatchBatch[]>, id: number, batch: WatchBatch): void {
  const known = batches.get(id);
  if (known === undefined) batches.set(id, [batch]);
  else known.push(batch);
}
