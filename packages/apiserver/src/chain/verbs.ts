// The verbs on a stored kind.
import type { ApiRequest, WatchEvent } from "@knots/client";
import { apiVersionOf, type KubeObject } from "@knots/machinery";
import { listObjects } from "../cache/list.ts";
import { awaitRevision, parseRevision } from "../cache/resource-version.ts";
import { selectionOf } from "../cache/selection.ts";
import { openWatch, type WatchLimits } from "../cache/watch.ts";
import type { RequestContext } from "../context.ts";
import { badRequest, objectNotFound } from "../errors.ts";
import { createObject } from "../registry/create.ts";
import { deleteObject, deletionStatus } from "../registry/delete.ts";
import { deleteCollection } from "../registry/delete-collection.ts";
import type { AnyObject } from "../registry/objects.ts";
import { patchObject } from "../registry/patch.ts";
import { output, type Registry } from "../registry/registry.ts";
import { type Updated, updateObject } from "../registry/update.ts";
import type { UpdateScope } from "../registry/update-scope.ts";
import { type Answer, created, type ListObject, ok } from "./answer.ts";

const nameOf = (request: ApiRequest): string => {
  if (!request.name) throw badRequest("name is required");
  return request.name;
};
const bodyOf = (request: ApiRequest): KubeObject => {
  if (!request.object) throw badRequest("an object is required");
  return request.object.metadata ? request.object : { ...request.object, metadata: {} };
};
const updated = ({ object, created: isNew }: Updated): Answer => ({ code: isNew ? 201 : 200, body: object });

/** Reads one object; with a resourceVersion any state that is not older will do. */
export async function getObject(registry: Registry, request: ApiRequest, context: RequestContext): Promise<AnyObject> {
  const { storage, sources, kind } = registry;
  const name = nameOf(request);
  const key = storage.key(request.namespace, name);
  const { at, signal } = context;
  const revision = at === undefined ? parseRevision(request.options?.resourceVersion) : undefined;
  if (revision) await awaitRevision(sources.feed, sources.clock, revision, signal);
  const found = revision === undefined ? await storage.get(key, at) : registry.cache.get(key);
  if (!found) throw objectNotFound(kind, name);
  return output(kind, found);
}

async function list(registry: Registry, request: ApiRequest, context: RequestContext): Promise<ListObject> {
  const { kind, storage, sources } = registry;
  const { metadata, items } = await listObjects(sources, {
    prefix: storage.scope(request.namespace),
    selection: selectionOf(kind, context.options, request.name),
    options: context.options,
    at: context.at,
    signal: context.signal,
  });
  const shown = kind === storage.kind ? items : items.map((item) => output(kind, item));
  return Object.freeze({ kind: kind.listKind, apiVersion: apiVersionOf(kind), metadata, items: shown });
}

async function remove(registry: Registry, request: ApiRequest, context: RequestContext): Promise<Answer> {
  const name = nameOf(request);
  const target = { namespace: request.namespace, name, options: request.delete ?? {}, context };
  const { object, removed } = await deleteObject(registry, target);
  return ok(removed ? deletionStatus(registry, object) : object);
}

/** Updates or patches an object, whole or in the scope of a subresource. */
export async function write(
  registry: Registry,
  request: ApiRequest,
  context: RequestContext,
  scope?: UpdateScope,
): Promise<Answer> {
  const target = { namespace: request.namespace, name: nameOf(request), scope, context };
  if (request.verb === "update") return updated(await updateObject(registry, target, bodyOf(request)));
  if (!request.patch) throw badRequest("a patch is required");
  return updated(await patchObject(registry, target, request.patch));
}

/** Runs a verb other than watch. */
export async function runVerb(registry: Registry, request: ApiRequest, context: RequestContext): Promise<Answer> {
  const { namespace } = request;
  switch (request.verb) {
    case "get":
      return ok(await getObject(registry, request, context));
    case "list":
      return ok(await list(registry, request, context));
    case "create":
      return created(await createObject(registry, { namespace, body: bodyOf(request), context }));
    case "update":
    case "patch":
      return write(registry, request, context);
    case "delete":
      return remove(registry, request, context);
    case "deletecollection":
      return ok(await deleteCollection(registry, { namespace, options: request.delete ?? {}, context }));
    case "watch":
      throw badRequest("watch answers with a stream");
  }
}

/** Opens a watch on a kind, or on one object when the request names it. */
export async function watchKind(
  registry: Registry,
  request: ApiRequest,
  context: RequestContext,
  server: { readonly limits: WatchLimits; readonly drain: AbortSignal },
): Promise<AsyncIterable<WatchEvent>> {
  const { kind, storage, sources, cache } = registry;
  const { feed, clock } = sources;
  const query = {
    prefix: storage.scope(request.namespace),
    selection: selectionOf(kind, context.options, request.name),
    options: context.options,
    signal: context.signal,
  };
  const events = await openWatch({ feed, clock, cache, kind, ...server }, query);
  return kind === storage.kind ? events : translated(events, registry);
}

async function* translated(events: AsyncIterable<WatchEvent>, { kind }: Registry): AsyncGenerator<WatchEvent> {
  for await (const event of events) {
    if (event.type === "ERROR" || event.type === "BOOKMARK") yield event;
    else yield { type: event.type, object: output(kind, event.object as AnyObject) };
  }
}
