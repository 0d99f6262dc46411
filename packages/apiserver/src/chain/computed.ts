// Reading kinds that are worked out and not stored.
import type { ApiRequest } from "@knots/client";
import { type AnyKind, apiVersionOf, type KubeObject } from "@knots/machinery";
import { selectionOf } from "../cache/selection.ts";
import type { RequestContext } from "../context.ts";
import { objectNotFound, unknownResource } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";
import { type Answer, type ListObject, ok } from "./answer.ts";

/** Answers a get or a list from all objects of a kind. */
export function readComputed(
  kind: AnyKind,
  request: ApiRequest,
  context: RequestContext,
  all: readonly KubeObject[],
): Answer {
  if (request.subresource !== undefined) throw unknownResource();
  if (request.verb === "get") {
    const found = all.find(({ metadata }) => metadata.name === request.name);
    if (!found) throw objectNotFound(kind, request.name ?? "");
    return ok(found);
  }
  const selection = selectionOf(kind, context.options);
  const items = all.filter((object) => selection.matches(object as AnyObject));
  const list: ListObject = { kind: kind.listKind, apiVersion: apiVersionOf(kind), metadata: {}, items };
  return ok(list);
}
