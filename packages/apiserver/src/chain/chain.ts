// The chain of one request: authorise, find the kind, check the verb, run it.
import type { ApiRequest, WatchEvent } from "@knots/client";
import type { AnyKind } from "@knots/machinery";
import type { Store } from "@knots/store";
import type { Access, Authorizer } from "../authorization/authorizer.ts";
import { forbiddenAccess } from "../authorization/forbidden.ts";
import { revisionOf } from "../cache/past.ts";
import type { WatchLimits } from "../cache/watch.ts";
import type { RequestContext } from "../context.ts";
import { badRequest, readOnlyPast, unknownResource, verbNotSupported } from "../errors.ts";
import { checkWriteOptions } from "../registry/managed/write-options.ts";
import { isStored, type Registries } from "../registry/registries.ts";
import { decodeBody, type Registry } from "../registry/registry.ts";
import { statusScope } from "../registry/update.ts";
import { isBodyOnly } from "../resources/body-kinds.ts";
import type { ResourceTable } from "../resources/table.ts";
import { scaleSubresource } from "../subresources/scale.ts";
import type { Subresource, Subresources } from "../subresources/subresource.ts";
import { LOOPBACK } from "../user.ts";
import type { ComputedKinds, VirtualKinds } from "../virtual/virtual.ts";
import { type Answer, created, ok } from "./answer.ts";
import { readComputed } from "./computed.ts";
import { getObject, runVerb, watchKind, write } from "./verbs.ts";

/** What the chain is made of. */
export interface ChainParts {
  readonly store: Store;
  readonly table: ResourceTable;
  readonly registries: Registries;
  readonly authorizer: Authorizer;
  readonly subresources: Subresources;
  readonly virtual: VirtualKinds;
  readonly computed: ComputedKinds;
  readonly limits: WatchLimits;
  /** Aborts when the server drains: ends every watch. */
  readonly drain: AbortSignal;
}

/** The API as a function of requests. Failures are `ApiError`s. */
export interface Chain {
  handle(request: ApiRequest, context: RequestContext): Promise<Answer>;
  watch(request: ApiRequest, context: RequestContext): Promise<AsyncIterable<WatchEvent>>;
  /** Throws the 403 unless the user may. */
  authorize(context: RequestContext, access: Access): void;
}

const NAME_SELECTOR = /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/;

/** What authorization is asked about a request. */
export function accessOf({ verb, resource, namespace, name, subresource, options }: ApiRequest): Access {
  const { group, version, resource: plural } = resource;
  const selected = verb === "list" || verb === "watch" ? options?.fieldSelector?.match(NAME_SELECTOR)?.[1] : undefined;
  const about = name ?? selected;
  const space = plural === "namespaces" && group === "" ? (namespace ?? about) : namespace;
  return { verb, group, version, resource: plural, subresource, namespace: space, name: about };
}

function subresourceOf({ subresources }: ChainParts, kind: AnyKind, name: string): Subresource {
  const own = subresources[`${kind.group}/${kind.plural}/${name}`];
  if (own) return own;
  if (name === "status" && kind.hasStatus) return { scope: statusScope };
  if (name === "scale" && kind.scale) return scaleSubresource(kind.scale);
  throw unknownResource();
}

async function callSubresource(parts: ChainParts, registry: Registry, request: ApiRequest, context: RequestContext) {
  const found = subresourceOf(parts, registry.kind, request.subresource ?? "");
  if ("scope" in found) {
    if (request.verb === "get") return ok(await getObject(registry, request, context));
    if (request.verb === "update" || request.verb === "patch") return write(registry, request, context, found.scope);
  } else {
    const handler = found.verbs[request.verb];
    if (handler) return handler({ registry, registries: parts.registries, request, context });
  }
  throw verbNotSupported(registry.kind, request.verb);
}

function kindOf({ table }: ChainParts, { resource, verb, subresource, namespace }: ApiRequest): AnyKind {
  const kind = table.find(resource);
  if (!kind || kind.verbs.length === 0 || isBodyOnly(kind)) throw unknownResource();
  if (subresource === undefined && !kind.verbs.includes(verb)) throw verbNotSupported(kind, verb);
  if (kind.scope === "Cluster" && namespace) throw unknownResource();
  return kind;
}

/** The context with the revision of a past moment looked up. The past answers reads only. */
async function placed({ store }: ChainParts, { verb }: ApiRequest, context: RequestContext): Promise<RequestContext> {
  if (context.moment === undefined) return context;
  if (verb !== "get" && verb !== "list") throw readOnlyPast(verb);
  return { ...context, at: await revisionOf(store, context.moment) };
}

/** Builds the chain. */
export function createChain(parts: ChainParts): Chain {
  const { authorizer, registries, virtual } = parts;
  const authorize = ({ user }: RequestContext, access: Access): void => {
    if (user === LOOPBACK) return;
    const { allowed, reason } = authorizer.authorize(user, access);
    if (!allowed) throw forbiddenAccess(user, access, reason);
  };
  return {
    authorize,
    async handle(request, context) {
      authorize(context, accessOf(request));
      const kind = kindOf(parts, request);
      checkWriteOptions(request);
      const answer = virtual[`${kind.group}/${kind.plural}`];
      if (answer) {
        if (!request.object) throw badRequest("an object is required");
        const body = decodeBody(
          kind,
          request.object.metadata ? request.object : { ...request.object, metadata: {} },
          context,
        );
        return created(await answer({ kind, request, body, context }));
      }
      const all = parts.computed[`${kind.group}/${kind.plural}`];
      if (all) return readComputed(kind, request, context, await all());
      if (!isStored(kind)) throw unknownResource();
      const registry = registries.of(kind);
      const then = await placed(parts, request, context);
      if (request.subresource !== undefined) return callSubresource(parts, registry, request, then);
      return runVerb(registry, request, then);
    },
    async watch(request, context) {
      authorize(context, accessOf(request));
      if (context.moment !== undefined) throw readOnlyPast("watch");
      const kind = kindOf(parts, request);
      if (request.subresource !== undefined || !isStored(kind)) throw unknownResource();
      return watchKind(registries.of(kind), request, context, parts);
    },
  };
}
