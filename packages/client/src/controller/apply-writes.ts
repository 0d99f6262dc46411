// Applies the writes of a plan: bounded, guarded, each with its outcome told apart.
import { isApiError, type KubeObject } from "@knots/machinery";
import type { Client, ObjectKey } from "../client.ts";
import { UnknownOutcomeError } from "../transport/transport.ts";
import type { Write, WriteOutcome } from "./plan.ts";
import { type NameChooser, withName } from "./write-name.ts";

/** Most writes of one plan that are under way at the same time. */
export const WRITES_AT_ONCE = 16;

/** How one write ended: with an outcome, with one that nobody knows, or not at all. */
export type Ended =
  | (WriteOutcome & { readonly state: "done" | "refused" })
  | { readonly state: "unknown" | "unsent"; readonly write: Write; readonly cause: unknown }
  | { readonly state: "skipped"; readonly write: Write };

/** Calls `work` for every item, at most `limit` at once; answers come in the order of the items. */
async function mapBounded<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of entries) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

export const keyOfObject = ({ metadata }: KubeObject): ObjectKey => ({
  name: metadata.name ?? "",
  ...(metadata.namespace && { namespace: metadata.namespace }),
});

const through = (subresource: string | undefined) => (subresource === undefined ? {} : { subresource });

async function create(client: Client, write: Write & { readonly verb: "create" }, again: boolean) {
  try {
    return await client.create(write.kind, write.object);
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
    if (again) return client.find(write.kind, keyOfObject(write.object));
    if (write.ignoreExisting) return undefined;
    throw error;
  }
}

async function remove(client: Client, write: Write & { readonly verb: "delete" }) {
  const { kind, object, options = {}, exact = false } = write;
  const { uid, resourceVersion } = object.metadata;
  const guard = { ...(uid && { uid }), ...(exact && resourceVersion && { resourceVersion }) };
  try {
    const preconditions = { ...options.preconditions, ...guard };
    return await client.delete(kind, keyOfObject(object), { ...options, preconditions });
  } catch (error) {
    // Gone, or another object has the name by now: what was meant is deleted.
    if (isApiError(error, "NotFound") || (!exact && isApiError(error, "Conflict"))) return undefined;
    throw error;
  }
}

/** Sends one write; the answer is the object as it is afterwards, where there is one. */
function send(client: Client, write: Write, again: boolean): Promise<KubeObject | undefined> {
  switch (write.verb) {
    case "create":
      return create(client, write, again);
    case "update":
      return client.update(write.kind, write.object as never, through(write.subresource));
    case "patch": {
      const patch = { type: "application/merge-patch+json", body: write.body as never } as const;
      return client.patch(write.kind, keyOfObject(write.object), patch, through(write.subresource));
    }
    case "delete":
      return remove(client, write);
  }
}

/** A server that gave up waiting (504) does not know either whether the write took effect. */
const isOpen = (error: unknown): boolean => error instanceof UnknownOutcomeError || isApiError(error, "Timeout");

function endedBy(write: Write, error: unknown): Ended {
  if (isOpen(error)) return { state: "unknown", write, cause: error };
  return isApiError(error) ? { state: "refused", write, error } : { state: "unsent", write, cause: error };
}

/** Asks once per object whether it is live: same uid, not being deleted. */
function createLiveness(client: Client): (wanted: NonNullable<Write["onlyIfLive"]>) => Promise<boolean> {
  const asked = new Map<string | undefined, Promise<boolean>>();
  return ({ kind, object }) => {
    const { uid } = object.metadata;
    const look = async (): Promise<boolean> => {
      const found = await client.find(kind, keyOfObject(object));
      return found !== undefined && found.metadata.uid === uid && found.metadata.deletionTimestamp === undefined;
    };
    const answer = asked.get(uid) ?? look();
    asked.set(uid, answer);
    return answer;
  };
}

/** Applies `writes`; never throws. A refused write does not keep the others from being sent. */
export function applyWrites(client: Client, writes: readonly Write[], names: NameChooser): Promise<readonly Ended[]> {
  const isLive = createLiveness(client);
  return mapBounded(writes, WRITES_AT_ONCE, async (planned): Promise<Ended> => {
    const { name, again } = planned.verb === "create" ? names.choose(planned) : { name: undefined, again: false };
    const write = name === undefined ? planned : withName(planned, name);
    try {
      if (write.onlyIfLive && !(await isLive(write.onlyIfLive))) return { state: "skipped", write };
      const object = await send(client, write, again);
      return { state: "done", write, ...(object && { object }) };
    } catch (error) {
      return endedBy(write, error);
    }
  });
}
