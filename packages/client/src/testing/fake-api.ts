// An API server in memory for tests of clients and controllers: correct revisions, conflicts, finalizers and watches; no admission, no validation.
import {
  type AnyKind,
  ApiError,
  apiVersionOf,
  failure,
  type GroupVersionResource,
  type KubeObject,
  type ListMeta,
  type Status,
} from "@knots/machinery";
import { type Clock, deepFreeze, type Random, seededRandom } from "@knots/std";
import type { ApiRequest, Transport } from "../transport/transport.ts";
import { createFakeObjects, type FakeObjects, type Grace } from "./fake-objects.ts";
import { createFakeWatches, matcherOf } from "./fake-watch.ts";

/** What a subresource of its own kind does (`pods/binding`): reads the object and the body, answers the new object. */
export type SubresourceHandler = (object: KubeObject, body: KubeObject) => KubeObject;
type SubresourceHandlers = Readonly<Record<string, SubresourceHandler>>;

export interface FakeApiOptions {
  readonly kinds: readonly AnyKind[];
  readonly clock: Clock;
  readonly random?: Random;
  /** By `plural/subresource`; the answer is stored. */
  readonly subresources?: SubresourceHandlers;
  /** Seconds for which a deletion waits to be confirmed, as pods wait for their kubelet; 0 when absent. */
  readonly grace?: Grace;
}

/** The server's side, for tests to look at and to disturb. */
export interface FakeApi {
  readonly transport: Transport;
  /** Revision of the last write. */
  readonly revision: string;
  /** Requests answered so far, watches included; oldest first. */
  readonly requests: readonly ApiRequest[];
  /** Watches that are open. */
  readonly watches: number;
  /** Forgets the history: a watch from before now is answered with 410. */
  compact(): void;
  /** Sends a bookmark on every watch that allows them. */
  bookmark(): void;
  /** Breaks every open watch, as a lost connection does. */
  disconnect(): void;
}

const notServed = (): ApiError =>
  new ApiError(failure(404, "NotFound", "the server could not find the requested resource"));

/** Creates the server; every kind that a test touches is in `kinds`. */
export function createFakeApi(options: FakeApiOptions): FakeApi {
  const { kinds, clock, random = seededRandom(1), subresources = {}, grace } = options;
  const objects = createFakeObjects(clock, random, grace);
  const watches = createFakeWatches(objects, clock);
  const requests: ApiRequest[] = [];

  const kindOf = ({ group, version, resource }: GroupVersionResource): AnyKind => {
    const found = kinds.find((kind) => kind.group === group && kind.version === version && kind.plural === resource);
    if (!found) throw notServed();
    return found;
  };
  const transport: Transport = {
    async request(request, signal) {
      signal?.throwIfAborted();
      requests.push(request);
      const before = objects.revision;
      const answer = answerTo(objects, subresources, { kind: kindOf(request.resource), request });
      watches.publish(before);
      return answer;
    },
    async watch(request, signal) {
      signal?.throwIfAborted();
      requests.push(request);
      return watches.open(kindOf(request.resource), request, signal);
    },
  };
  return {
    transport,
    requests,
    get revision() {
      return String(objects.revision);
    },
    get watches() {
      return watches.size;
    },
    compact: () => objects.compact(),
    bookmark: () => watches.bookmark(),
    disconnect: () => watches.disconnect(),
  };
}

/** A request whose kind is known. */
interface Call {
  readonly kind: AnyKind;
  readonly request: ApiRequest;
}

function answerTo(objects: FakeObjects, handlers: SubresourceHandlers, call: Call): KubeObject | Status {
  const { kind, request } = call;
  const { verb, namespace, name = "", subresource, object } = request;
  if (verb === "list") return listOf(objects, call);
  if (verb === "get") return objects.get(kind, namespace, name);
  const handler = subresource === undefined ? undefined : handlers[`${kind.plural}/${subresource}`];
  if (handler && object) return objects.update(kind, handler(objects.get(kind, namespace, name), object));
  if (subresource !== undefined && !(subresource === "status" && kind.hasStatus)) throw notServed();
  return object ? answerWrite(objects, call, object) : answerOther(objects, call);
}

function listOf(objects: FakeObjects, { kind, request }: Call): KubeObject {
  const items = objects.list(kind).filter(matcherOf(kind, request));
  const metadata: ListMeta = { resourceVersion: String(objects.revision) };
  const list = { apiVersion: apiVersionOf(kind), kind: kind.listKind, metadata, items };
  return deepFreeze(list);
}

function answerWrite(objects: FakeObjects, { kind, request }: Call, object: KubeObject): KubeObject {
  return request.verb === "create"
    ? objects.create(kind, object, request.options?.dryRun ?? false)
    : objects.update(kind, object, request.subresource);
}

function answerOther(objects: FakeObjects, { kind, request }: Call): KubeObject | Status {
  const { verb, namespace, name = "", delete: options = {} } = request;
  if (verb === "patch") return objects.patch(kind, request);
  if (verb === "delete") {
    const target = objects.get(kind, namespace, name);
    return objects.delete(kind, target, options) ?? deleted(kind, target);
  }
  for (const each of objects.list(kind).filter(matcherOf(kind, request))) objects.delete(kind, each, options);
  return deleted(kind);
}

function deleted(kind: AnyKind, target?: KubeObject): Status {
  const { name, uid } = target?.metadata ?? {};
  const details = { group: kind.group, kind: kind.plural, ...(name && { name }), ...(uid && { uid }) };
  return deepFreeze({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details, code: 200 });
}
