// Conflicts of an apply: fields of others that it would change.
import { ApiError, failure, type StatusCause } from "../status.ts";
import { difference, type FieldSet, isEmptySet, pathsOf } from "./field-set.ts";
import { identityOf, type Owner } from "./owners.ts";
import { describePath } from "./path-element.ts";

/** Fields of one owner that the apply would change. */
export interface Conflict {
  readonly owner: Owner;
  readonly fields: FieldSet;
}

function describeOwner({ manager, operation, apiVersion, subresource }: Owner): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ""}`;
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

interface Described {
  readonly manager: string;
  readonly field: string;
}

function describe(conflicts: readonly Conflict[]): readonly Described[] {
  const sorted = [...conflicts].sort((a, b) => (identityOf(a.owner) < identityOf(b.owner) ? -1 : 1));
  return sorted.flatMap(({ owner, fields }) => {
    const manager = describeOwner(owner);
    return [...pathsOf(fields)].map((path) => ({ manager, field: describePath(path) }));
  });
}

function messageOf(all: readonly Described[]): string {
  const [first] = all;
  if (all.length === 1 && first) return `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.field}`;
  const managers = new Map<string, string[]>();
  for (const { manager, field } of all) {
    const fields = managers.get(manager) ?? [];
    managers.set(manager, fields);
    fields.push(field);
  }
  const parts = [...managers].flatMap(([manager, fields]) => [
    `conflicts with ${manager}:`,
    ...fields.map((field) => `- ${field}`),
  ]);
  return `Apply failed with ${all.length} conflicts: ${parts.join("\n")}`;
}

/** The 409 that tells of conflicts, one cause for each field. */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const all = describe(conflicts);
  const causes = all.map(
    ({ manager, field }): StatusCause => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${manager}`,
      field,
    }),
  );
  return new ApiError(failure(409, "Conflict", messageOf(all), { causes }));
}

/** The conflicts that remain when some fields may be changed. */
export function withoutAllowed(conflicts: readonly Conflict[], allowed: FieldSet): readonly Conflict[] {
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields));
}
