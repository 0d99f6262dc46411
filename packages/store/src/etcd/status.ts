// What can be said about the store as a whole.
import { prefixEnd } from "../keys.ts";
import type { Revision, StoreStatus } from "../store.ts";
import { etcd } from "./methods.ts";
import { isReadable, revisionOf, type Session } from "./session.ts";

/** etcd's alarm that its database has grown to its quota. */
const NO_SPACE = 1;
const PROMISE =
  "An acknowledged write is in the logs of a majority of etcd's members, synced to their disks (unless etcd runs with --unsafe-no-fsync).";

/** The oldest revision that can be read, found by trying: etcd tells it nowhere cheaply. 0 when nothing was compacted. */
async function compactedRevision(session: Session): Promise<Revision> {
  let [low, high] = [1, session.seen];
  if (await isReadable(session, low)) return 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isReadable(session, middle)) high = middle;
    else low = middle;
  }
  return high;
}

export async function readStatus(session: Session, watchers: number): Promise<StoreStatus> {
  const range = session.keys.range({ start: "", end: prefixEnd("") });
  const [all, member, { leases }, { alarms }, compacted] = await Promise.all([
    session.read(etcd.range, { ...range, countOnly: true }),
    session.read(etcd.status, {}),
    session.read(etcd.leases, {}),
    session.read(etcd.alarm, {}),
    compactedRevision(session),
  ]);
  const full = alarms.some(({ alarm }) => alarm === NO_SPACE);
  return {
    revision: revisionOf(all),
    compactedRevision: compacted,
    keys: all.count,
    // etcd does not tell live from past: what is in use counts as live.
    liveBytes: member.dbSizeInUse,
    historyBytes: 0,
    diskBytes: member.dbSize,
    watchers,
    leases: leases.length,
    ...(full && { readOnly: "etcd's database has reached its quota" }),
    promise: PROMISE,
  };
}
