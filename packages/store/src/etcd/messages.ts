// The messages of etcd's API (version 3) that the store sends and reads.
import { bytes, flag, int64, type Message, many, message, one, type TypeOf, text } from "./wire.ts";

const header = message({ revision: int64(3) });

const keyValue = message({
  key: text(1),
  createRevision: int64(2),
  modRevision: int64(3),
  version: int64(4),
  value: bytes(5),
  lease: int64(6),
});
export type WireKeyValue = Partial<TypeOf<typeof keyValue>>;

export const RangeRequest = message({
  key: text(1),
  rangeEnd: text(2),
  limit: int64(3),
  revision: int64(4),
  keysOnly: flag(8),
  countOnly: flag(9),
});
export const RangeResponse = message({
  header: one(1, header),
  kvs: many(2, keyValue),
  more: flag(3),
  count: int64(4),
});

const putRequest = message({ key: text(1), value: bytes(2), lease: int64(3), prevKv: flag(4) });
const putResponse = message({ prevKv: one(2, keyValue) });
const deleteRequest = message({ key: text(1), rangeEnd: text(2), prevKv: flag(3) });
const deleteResponse = message({ deleted: int64(2), prevKvs: many(3, keyValue) });

const requestOp = message({ range: one(1, RangeRequest), put: one(2, putRequest), delete: one(3, deleteRequest) });
const responseOp = message({ range: one(1, RangeResponse), put: one(2, putResponse), delete: one(3, deleteResponse) });
export type WireOp = Partial<TypeOf<typeof requestOp>>;
export type WireOpResponse = Partial<TypeOf<typeof responseOp>>;

const compare = message({
  result: int64(1),
  target: int64(2),
  key: text(3),
  version: int64(4),
  create: int64(5),
  mod: int64(6),
  value: bytes(7),
});
export type WireCompare = Partial<TypeOf<typeof compare>>;
/** How a comparison is written on the wire. */
export const COMPARE_RESULT = { "=": 0, ">": 1, "<": 2, "!=": 3 } as const;
export const COMPARE_TARGET = { version: 0, create: 1, mod: 2, value: 3 } as const;

export const TxnRequest = message({
  compare: many(1, compare),
  success: many(2, requestOp),
  failure: many(3, requestOp),
});
export const TxnResponse = message({ header: one(1, header), succeeded: flag(2), responses: many(3, responseOp) });

export const CompactRequest = message({ revision: int64(1) });
export const CompactResponse = message({ header: one(1, header) });

const watchCreate = message({
  key: text(1),
  rangeEnd: text(2),
  startRevision: int64(3),
  prevKv: flag(6),
  watchId: int64(7),
  fragment: flag(8),
});
const nothing: Message<Readonly<Record<string, never>>> = message({});
export const WatchRequest = message({
  create: one(1, watchCreate),
  cancel: one(2, message({ watchId: int64(1) })),
  progress: one(3, nothing),
});
/** `type` 0 is a put, 1 a delete. */
const event = message({ type: int64(1), kv: one(2, keyValue), prevKv: one(3, keyValue) });
export type WireEvent = Partial<TypeOf<typeof event>>;
export const WatchResponse = message({
  header: one(1, header),
  watchId: int64(2),
  created: flag(3),
  canceled: flag(4),
  compactRevision: int64(5),
  cancelReason: text(6),
  fragment: flag(7),
  events: many(11, event),
});

export const LeaseGrantRequest = message({ ttl: int64(1), id: int64(2) });
export const LeaseGrantResponse = message({ header: one(1, header), id: int64(2), ttl: int64(3) });
export const LeaseRevokeRequest = message({ id: int64(1) });
export const LeaseRevokeResponse = message({ header: one(1, header) });
/** `ttl` 0: there is no such lease. */
export const LeaseKeepAliveRequest = message({ id: int64(1) });
export const LeaseKeepAliveResponse = message({ header: one(1, header), id: int64(2), ttl: int64(3) });
export const LeaseLeasesRequest = nothing;
export const LeaseLeasesResponse = message({ header: one(1, header), leases: many(2, message({ id: int64(1) })) });

export const StatusRequest = nothing;
export const StatusResponse = message({
  header: one(1, header),
  version: text(2),
  dbSize: int64(3),
  dbSizeInUse: int64(9),
});
/** `action` 0 asks, `alarm` 1 is "no space". */
export const AlarmRequest = message({ action: int64(1) });
export const AlarmResponse = message({ header: one(1, header), alarms: many(2, message({ alarm: int64(2) })) });
