// Builds the typed client over a transport: verbs become requests, answers get their apiVersion and kind.
import {
  type AnyKind,
  ApiError,
  apiVersionOf,
  failure,
  isApiError,
  type Json,
  type KubeObject,
  type ListMeta,
  type ObjectOf,
  type Status,
} from "@knots/machinery";
import type { Client, ListScope, ObjectKey, WriteOptions } from "./client.ts";
import type { ApiRequest, DeleteOptions, RequestOptions, Transport, WatchEvent } from "./transport/transport.ts";

type Scoped = ListScope & RequestOptions & { readonly signal?: AbortSignal };
/** An answer to `list`, before its items are completed. */
type ListAnswer = KubeObject & { readonly metadata: ListMeta; readonly items?: readonly KubeObject[] };

const badRequest = (message: string): ApiError => new ApiError(failure(400, "BadRequest", message));

/** The one door from untyped answers to a kind's type; adds apiVersion and kind where the server left them out. */
function typed<K extends AnyKind>(kind: K, answer: KubeObject | Status): ObjectOf<K> {
  const object =
    answer.apiVersion === undefined || answer.kind === undefined
      ? Object.freeze({ ...answer, apiVersion: apiVersionOf(kind), kind: kind.kind })
      : answer;
  return object as unknown as ObjectOf<K>;
}

function resourcePart(kind: AnyKind): Pick<ApiRequest, "resource"> {
  return { resource: { group: kind.group, version: kind.version, resource: kind.plural } };
}

function keyPart(kind: AnyKind, key: ObjectKey): Pick<ApiRequest, "resource" | "namespace" | "name"> {
  if (key.name === "") throw badRequest("resource name may not be empty");
  if (kind.scope === "Cluster") return { ...resourcePart(kind), name: key.name };
  if (!key.namespace) throw badRequest("an empty namespace may not be set when a resource name is provided");
  return { ...resourcePart(kind), namespace: key.namespace, name: key.name };
}

function scopePart(kind: AnyKind, scope: Scoped): Pick<ApiRequest, "resource" | "namespace" | "options"> {
  const { namespace, signal: _signal, ...options } = scope;
  return { ...resourcePart(kind), ...(namespace && kind.scope === "Namespaced" && { namespace }), options };
}

function writePart(options: WriteOptions): Pick<ApiRequest, "subresource" | "options"> {
  const { subresource, signal: _signal, ...rest } = options;
  return { ...(subresource !== undefined && { subresource }), options: rest };
}

function keyOfObject(object: KubeObject): ObjectKey {
  const { namespace, name = "" } = object.metadata;
  return { name, ...(namespace !== undefined && { namespace }) };
}

function createPart(kind: AnyKind, object: KubeObject): Pick<ApiRequest, "resource" | "namespace"> {
  const { namespace } = object.metadata;
  if (kind.scope === "Cluster") return resourcePart(kind);
  if (!namespace) throw badRequest("an empty namespace may not be set during creation");
  return { ...resourcePart(kind), namespace };
}

const withType = (kind: AnyKind, object: KubeObject): KubeObject => ({
  ...object,
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
});

/** Not a generator: leaving before the first event must close the watch as well. */
function typedEvents<K extends AnyKind>(
  kind: K,
  events: AsyncIterable<WatchEvent>,
): AsyncIterable<WatchEvent<ObjectOf<K>>> {
  const complete = (event: WatchEvent): WatchEvent<ObjectOf<K>> =>
    event.type === "ERROR" ? event : { type: event.type, object: typed(kind, event.object) };
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = events[Symbol.asyncIterator]();
      return {
        async next() {
          const { done, value } = await iterator.next();
          return done ? { done: true, value: undefined } : { done: false, value: complete(value) };
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Creates a client whose calls all go through `transport`, with that transport's identity. */
export function createClient(transport: Transport): Client {
  const client: Client = {
    transport,
    async get(kind, key, { signal } = {}) {
      return typed(kind, await transport.request({ verb: "get", ...keyPart(kind, key) }, signal));
    },
    async find(kind, key) {
      try {
        return await client.get(kind, key);
      } catch (error) {
        if (isApiError(error, "NotFound")) return undefined;
        throw error;
      }
    },
    async list(kind, scope = {}) {
      const answer = await transport.request({ verb: "list", ...scopePart(kind, scope) }, scope.signal);
      const { metadata, items = [] } = answer as ListAnswer;
      return { metadata, items: items.map((item) => typed(kind, item)) };
    },
    async watch(kind, scope = {}) {
      const events = await transport.watch({ verb: "watch", ...scopePart(kind, scope) }, scope.signal);
      return typedEvents(kind, events);
    },
    async create(kind, object, options = {}) {
      const part = { ...createPart(kind, object), ...writePart(options), object: withType(kind, object) };
      return typed(kind, await transport.request({ verb: "create", ...part }, options.signal));
    },
    async update(kind, object, options = {}) {
      const untyped = object as unknown as KubeObject;
      const part = { ...keyPart(kind, keyOfObject(untyped)), ...writePart(options), object: withType(kind, untyped) };
      return typed(kind, await transport.request({ verb: "update", ...part }, options.signal));
    },
    updateStatus: (kind, object, options = {}) => client.update(kind, object, { ...options, subresource: "status" }),
    async patch(kind, key, patch, options = {}) {
      const part = { ...keyPart(kind, key), ...writePart(options), patch };
      return typed(kind, await transport.request({ verb: "patch", ...part }, options.signal));
    },
    ...applies(transport),
    ...deletions(transport),
    async createSubresource(kind, key, subresource, body) {
      const answer = await transport.request({ verb: "create", ...keyPart(kind, key), subresource, object: body });
      return answer;
    },
  };
  return client;
}

function applies(transport: Transport): Pick<Client, "apply"> {
  return {
    async apply(kind, object, { force, ...options }) {
      const untyped = withType(kind, object as unknown as KubeObject);
      const { options: query, ...place } = writePart(options);
      const part = { ...keyPart(kind, keyOfObject(untyped)), ...place, options: { ...query, ...(force && { force }) } };
      const patch = { type: "application/apply-patch+yaml", body: untyped as unknown as Json } as const;
      return typed(kind, await transport.request({ verb: "patch", ...part, patch }, options.signal));
    },
  };
}

function deletions(transport: Transport): Pick<Client, "delete" | "deleteCollection"> {
  return {
    async delete(kind, key, options: DeleteOptions = {}) {
      const answer = await transport.request({ verb: "delete", ...keyPart(kind, key), delete: options });
      return answer.kind === "Status" ? undefined : typed(kind, answer);
    },
    async deleteCollection(kind, scope = {}, options: DeleteOptions = {}) {
      await transport.request({ verb: "deletecollection", ...scopePart(kind, scope), delete: options });
    },
  };
}
