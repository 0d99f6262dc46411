// What versions of etcd can be relied on for.

/** First patch release of each minor version whose answers to a request for progress come in order with the events. */
const PROGRESS_SINCE: Readonly<Record<string, number>> = { "3.4": 31, "3.5": 13 };

/** Whether a member's report of progress says truly that every event before it was sent. */
export function reportsProgress(version: string): boolean {
  const [, major = "", minor = "", patch = ""] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === "") return false;
  const since = PROGRESS_SINCE[`${major}.${minor}`];
  if (since !== undefined) return Number(patch) >= since;
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) > 5);
}
