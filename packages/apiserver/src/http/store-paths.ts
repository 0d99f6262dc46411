// The store's own paths, below `/knots/store`: state, backup, check, compaction, history of one object.
import { apiVersionOf } from "@knots/machinery";
import { formatTime } from "@knots/std";
import type { KeyValue, Store, StoreEvent } from "@knots/store";
import { badRequest, methodNotAllowed, notHere, unknownResource } from "../errors.ts";
import type { Call } from "./call.ts";
import { parseResourcePath } from "./path.ts";

const ROOT = "/knots/store";
/** Most versions of an object in one answer: the newest ones. */
const MOST_VERSIONS = 1000;

/** Whether a path is the store's own. Such requests take as long as they take. */
export const isStorePath = (path: string): boolean => path === ROOT || path.startsWith(`${ROOT}/`);

/** Answers a value, or undefined when the answer was streamed. Who may ask was decided before, by the path. */
export async function answerStore(call: Call, path: string): Promise<object | undefined> {
  const { method } = call.exchange.request;
  const [, , , action = "", ...rest] = path.split("/");
  const expect = (wanted: string): void => {
    if (method !== wanted) throw methodNotAllowed();
  };
  switch (action) {
    case "":
      expect("GET");
      return status(call);
    case "backup":
      expect("GET");
      return backup(call);
    case "check":
      expect("POST");
      return call.parts.server.store.check?.() ?? Promise.reject(foreign("checks"));
    case "compact":
      expect("POST");
      return compact(call);
    case "history":
      expect("GET");
      return history(call, `/${rest.join("/")}`);
    default:
      throw unknownResource();
  }
}

const foreign = (what: string): Error =>
  notHere(`${what} of this store are the business of its own tools (etcdctl): it is an etcd that others run`);

async function status({ parts }: Call): Promise<object> {
  const { store } = parts.server;
  const now = await store.status();
  const oldest = store.timeOf?.(Math.max(1, now.compactedRevision));
  return oldest === undefined || oldest === 0 ? now : { ...now, oldestTime: formatTime(oldest) };
}

async function backup({ parts, exchange, headers }: Call): Promise<undefined> {
  const { store } = parts.server;
  if (!store.backup) throw foreign("backups");
  const { request, response } = exchange;
  const pieces = store.backup();
  response.head(200, { ...headers, "content-type": "application/octet-stream" });
  for await (const piece of pieces) {
    // The file says itself whether it is complete.
    if (request.signal.aborted) break;
    await response.write(piece);
  }
  response.end();
  return undefined;
}

async function compact(call: Call): Promise<object> {
  const { store } = call.parts.server;
  const wish = call.exchange.request.query.get("revision");
  if (wish !== null && !/^\d+$/.test(wish)) throw badRequest(`revision ${JSON.stringify(wish)} is not a whole number`);
  const { revision } = await store.status();
  await store.compact(wish === null ? revision : Number(wish));
  return status(call);
}

/** Every kept version of one object, oldest first. */
async function history({ parts }: Call, objectPath: string): Promise<object> {
  const { server } = parts;
  const path = parseResourcePath(objectPath);
  const registry = path && server.registries.find(path.resource);
  if (!registry || path.name === undefined) throw unknownResource();
  const key = registry.storage.key(path.namespace, path.name);
  const { revision, compactedRevision } = await server.store.status();
  const versions: object[] = [];
  const oldest = await oldestVersion(server.store, key, compactedRevision);
  if (oldest) versions.push(version({ type: "put", kv: oldest }, server.store.timeOf?.(compactedRevision)));
  for await (const event of changesUpTo(server.store, key, { after: compactedRevision, revision })) {
    versions.push(version(event, server.store.timeOf?.(event.kv.modRevision)));
    if (versions.length > MOST_VERSIONS) versions.shift();
  }
  const { kind } = registry;
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: path.name,
    oldestRevision: compactedRevision,
    versions,
  };
}

interface Span {
  readonly after: number;
  readonly revision: number;
}

/** Every change of a key after one revision, up to another. */
async function* changesUpTo(store: Store, key: string, { after, revision }: Span): AsyncGenerator<StoreEvent> {
  if (after >= revision) return;
  const watch = store.watch({ start: key, from: after + 1, progress: true });
  store.progress();
  for await (const batch of watch) {
    yield* batch.events;
    if (batch.revision >= revision) return;
  }
}

/** The version made at the oldest kept revision itself, which no engine but ours lets anybody watch from. */
async function oldestVersion(store: Store, key: string, at: number): Promise<KeyValue | undefined> {
  if (at === 0) return undefined;
  const [found] = (await store.range({ start: key, at })).items;
  return found?.modRevision === at ? found : undefined;
}

function version({ type, kv, previous }: StoreEvent, time: number | undefined): object {
  const change = type === "delete" ? "deleted" : previous === undefined && kv.version === 1 ? "created" : "modified";
  return { revision: kv.modRevision, change, ...(time !== undefined && { time: formatTime(time) }) };
}
