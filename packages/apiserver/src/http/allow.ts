// The methods that a path takes: what a 405 tells beside itself.
import type { AnyKind } from "@knots/machinery";
import type { ResourceTable } from "../resources/table.ts";
import type { ResourcePath } from "./path.ts";

export const READ_METHODS: readonly string[] = ["GET", "HEAD"];

const COLLECTION: Readonly<Record<string, readonly string[]>> = {
  list: READ_METHODS,
  create: ["POST"],
  deletecollection: ["DELETE"],
};
const OBJECT: Readonly<Record<string, readonly string[]>> = {
  get: READ_METHODS,
  create: ["POST"],
  update: ["PUT"],
  patch: ["PATCH"],
  delete: ["DELETE"],
};

function verbsOf(kind: AnyKind, subresource: string | undefined): readonly string[] {
  if (subresource === undefined) return kind.verbs;
  return kind.subresources[subresource]?.verbs ?? ["get", "update", "patch"];
}

/** The methods of a path of a resource, or those of every other path. */
export function allowedMethods(table: ResourceTable, path: ResourcePath | undefined): readonly string[] {
  const kind = path && table.find(path.resource);
  if (!kind) return READ_METHODS;
  const methods = path.name === undefined ? COLLECTION : OBJECT;
  // Objects are created in their collection; only subresources take a POST at a name.
  const taken = verbsOf(kind, path.subresource).filter(
    (verb) => verb !== "create" || path.name === undefined || path.subresource !== undefined,
  );
  return taken.flatMap((verb) => methods[verb] ?? []);
}
