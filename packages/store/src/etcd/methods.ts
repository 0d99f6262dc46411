// The calls of etcd's API that the store makes.
import * as messages from "./messages.ts";
import type { Codec } from "./wire.ts";

/** One remote procedure: its path and its messages. */
export interface EtcdMethod<Request, Response> {
  readonly path: string;
  readonly request: { encode(value: Request): Uint8Array; decode(bytes: Uint8Array): Request };
  readonly response: { encode(value: Response): Uint8Array; decode(bytes: Uint8Array): Response };
}

function method<Q, R>(path: string, request: Codec<Q>, response: Codec<R>): EtcdMethod<Partial<Q>, R> {
  return { path: `/etcdserverpb.${path}`, request, response };
}

const { LeaseGrantRequest, LeaseGrantResponse, LeaseRevokeRequest, LeaseRevokeResponse } = messages;
const { LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseLeasesRequest, LeaseLeasesResponse } = messages;

/** Every call by name. */
export const etcd = {
  range: method("KV/Range", messages.RangeRequest, messages.RangeResponse),
  txn: method("KV/Txn", messages.TxnRequest, messages.TxnResponse),
  compact: method("KV/Compact", messages.CompactRequest, messages.CompactResponse),
  watch: method("Watch/Watch", messages.WatchRequest, messages.WatchResponse),
  grant: method("Lease/LeaseGrant", LeaseGrantRequest, LeaseGrantResponse),
  revoke: method("Lease/LeaseRevoke", LeaseRevokeRequest, LeaseRevokeResponse),
  keepAlive: method("Lease/LeaseKeepAlive", LeaseKeepAliveRequest, LeaseKeepAliveResponse),
  leases: method("Lease/LeaseLeases", LeaseLeasesRequest, LeaseLeasesResponse),
  status: method("Maintenance/Status", messages.StatusRequest, messages.StatusResponse),
  alarm: method("Maintenance/Alarm", messages.AlarmRequest, messages.AlarmResponse),
} as const;
