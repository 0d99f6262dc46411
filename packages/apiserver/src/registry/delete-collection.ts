// Deletion of everything that a selector names.
import type { DeleteOptions } from "@knots/client";
import { apiVersionOf, isApiError } from "@knots/machinery";
import { listObjects } from "../cache/list.ts";
import { selectionOf } from "../cache/selection.ts";
import type { ListObject } from "../chain/answer.ts";
import type { RequestContext } from "../context.ts";
import { deleteObject } from "./delete.ts";
import type { AnyObject } from "./objects.ts";
import { output, type Registry } from "./registry.ts";

/** Deletions under way at the same time. */
const WORKERS = 8;

export interface DeleteCollectionTarget {
  readonly namespace?: string | undefined;
  readonly options: DeleteOptions;
  readonly context: RequestContext;
}

/** Deletes all matching objects; answers with what was there. Objects that vanish meanwhile are no error. */
export async function deleteCollection(registry: Registry, target: DeleteCollectionTarget): Promise<ListObject> {
  const { storage, sources, kind } = registry;
  const { namespace, options, context } = target;
  const { metadata, items } = await listObjects(sources, {
    prefix: storage.scope(namespace),
    selection: selectionOf(kind, context.options),
    options: context.options,
    signal: context.signal,
  });
  const queue = items.values();
  const work = async (): Promise<void> => {
    for (const object of queue) await deleteOne(registry, object, options, context);
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return {
    kind: kind.listKind,
    apiVersion: apiVersionOf(kind),
    metadata,
    items: items.map((item) => output(kind, item)),
  };
}

async function deleteOne(registry: Registry, object: AnyObject, options: DeleteOptions, context: RequestContext) {
  const { name = "", namespace } = object.metadata;
  try {
    await deleteObject(registry, { namespace, name, options, context });
  } catch (error) {
    if (!isApiError(error, "NotFound")) throw error;
  }
}
