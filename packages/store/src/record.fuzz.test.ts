// Payloads of frames whose checksum is right and whose content is not: refused as damage, with nothing made of lengths that lie.
import { BYTES, fuzz, type Hostile } from "../../../testkit/fuzz/fuzz.ts";
import { ByteWriter } from "./bytes.ts";
import { StoreError } from "./error.ts";
import {
  type CheckpointRecord,
  type LogRecord,
  readCheckpointRecord,
  readLogRecord,
  writeCheckpointRecord,
  writeLogRecord,
} from "./record.ts";

const declared = (error: unknown): boolean => error instanceof StoreError && error.code === "corrupt";

function bytesOf(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter(256);
  write(out);
  return Uint8Array.from(out.view());
}

const value = Uint8Array.of(1, 2, 3);
const entry = { number: 5, revision: 7, time: 1000, grant: { id: 3, ttlSeconds: 10 }, revoked: [1, 2], compactTo: 4 };
const logRecords: readonly LogRecord[] = [
  { kind: "segment", sequence: 1, after: 0 },
  {
    kind: "entry",
    entry: {
      ...entry,
      changes: [
        { key: "/a/é", lease: 0, value },
        { key: "/b", lease: 3 },
      ],
    },
  },
  { kind: "seal" },
  { kind: "continued" },
];
const item = { key: "/a", value, createRevision: 1, modRevision: 2, version: 2, lease: 0 };
const head = { revision: 7, entry: 5, time: 1000, compacted: 1, lastLease: 3, firstSegment: 2, restored: true };
const checkpointRecords: readonly CheckpointRecord[] = [
  { kind: "checkpoint", ...head },
  { kind: "items", items: [item, { ...item, key: "/b" }] },
  { kind: "leases", leases: [{ id: 3, ttlSeconds: 10 }] },
  { kind: "end", keys: 2 },
];

const hostile: readonly Hostile<Uint8Array>[] = [
  { says: "nothing", input: () => new Uint8Array(), refused: true },
  {
    says: "counts of four billion",
    input: () => Uint8Array.from([2, ...Array(24).fill(0), 255, 255, 255, 255]),
    refused: true,
  },
  { says: "counts of four billion items", input: () => Uint8Array.from([5, 255, 255, 255, 255]), refused: true },
  { says: "a megabyte of ones", input: () => new Uint8Array(1 << 20).fill(255), refused: true },
];

const tokens = ["\0\0\0\0", "\x7f\x7f\x7f\x7f", "\x02", "\x05"];

fuzz({
  name: "records of the log",
  form: BYTES,
  samples: logRecords.map((record) => bytesOf((out) => writeLogRecord(out, record))),
  tokens,
  hostile,
  run: readLogRecord,
  declared,
  rounds: 2000,
});
fuzz({
  name: "records of checkpoints",
  form: BYTES,
  samples: checkpointRecords.map((record) => bytesOf((out) => writeCheckpointRecord(out, record))),
  tokens,
  hostile,
  run: readCheckpointRecord,
  declared,
  rounds: 2000,
});
