// The list of a kind as a structure.
import { ListMeta } from "../meta/object-meta.ts";
import { array, field, object, string } from "../schema/builder.ts";
import type { ObjectSchema } from "../schema/schema.ts";
import type { AnyKind } from "./kind.ts";

const schemas = new WeakMap<AnyKind, ObjectSchema>();

/** The schema of lists of `kind`; the same one on every call. */
export function listSchemaOf(kind: AnyKind): ObjectSchema {
  const known = schemas.get(kind);
  if (known) return known;
  const schema = object(
    `${kind.schema.name}List`,
    {
      apiVersion: field(0, string(), "Group and version of this object's schema."),
      kind: field(0, string(), "Name of this object's schema."),
      metadata: field(1, ListMeta, "Metadata of the list.", { always: true }),
      items: field(2, array(kind.schema), "The objects.", { required: true }),
    },
    { doc: `A list of ${kind.kind} objects.` },
  );
  schemas.set(kind, schema);
  return schema;
}
