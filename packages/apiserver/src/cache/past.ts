// The past as a place: a revision or a time of the kept history, read through any client below `/at/<revision|time>`.
import { parseTime } from "@knots/std";
import { prefixEnd, type Store, StoreError } from "@knots/store";
import { badRequest, expired } from "../errors.ts";
import { REGISTRY } from "../registry/storage.ts";

function unescaped(moment: string): string {
  try {
    return decodeURIComponent(moment);
  } catch {
    throw badRequest(`the moment in the path has a malformed escape: ${moment}`);
  }
}

/** The path below `/at/<moment>`, and the moment; undefined for paths of the present. Throws a 400 for a malformed escape. */
export function splitPast(path: string): { readonly moment: string; readonly path: string } | undefined {
  const match = /^\/at\/([^/]+)(\/.*)?$/s.exec(path);
  return match?.[1] === undefined ? undefined : { moment: unescaped(match[1]), path: match[2] ?? "/" };
}

/** The revision that a moment means: a revision number, or a time in RFC 3339 form. Fails with 400 and 410. */
export async function revisionOf(store: Store, moment: string): Promise<number> {
  const at = /^\d+$/.test(moment) ? Number(moment) : await revisionAtTime(store, moment);
  try {
    // The cheapest read tells whether the state is there.
    const { revision } = await store.range({ start: REGISTRY, end: prefixEnd(REGISTRY), at, countOnly: true });
    if (at >= 1 && at <= revision) return at;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "compacted") throw await forgotten(store, moment);
    if (error.code !== "future-revision") throw error;
  }
  throw badRequest(`revision ${moment} does not exist: name one that lists have returned as resourceVersion`);
}

async function revisionAtTime(store: Store, moment: string): Promise<number> {
  const time = /^\d{4}-/.test(moment) ? parseTime(moment) : Number.NaN;
  if (Number.isNaN(time)) {
    throw badRequest(
      `${JSON.stringify(moment)} is neither a revision nor a time: write /at/4711/... or /at/2026-01-31T12:00:00Z/...`,
    );
  }
  const revision = await store.revisionAt(time);
  if (revision === undefined) throw await forgotten(store, moment);
  return revision;
}

async function forgotten(store: Store, moment: string): Promise<Error> {
  const { compactedRevision } = await store.status();
  return expired(
    `the state at ${moment} is no longer kept: the oldest one that can be read is revision ${compactedRevision}`,
  );
}
