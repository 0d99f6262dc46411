// How values that are a schema or something else stand in JSON and in protobuf.
import { isList, isObject, type Json, type JsonObject } from "@knots/machinery";

interface Forms {
  readonly wrap: (value: Json) => JsonObject | undefined;
  readonly unwrap: (message: JsonObject) => Json;
}

/** A schema, or whether anything is allowed. */
export const bothOrBool: Forms = {
  wrap: (value) => {
    if (typeof value === "boolean") return { allows: value };
    return isObject(value) ? { allows: true, schema: value } : undefined;
  },
  unwrap: ({ allows, schema }) => schema ?? allows ?? false,
};

const listed = (field: string): Forms => ({
  wrap: (value) => {
    if (isList(value)) return { [field]: value };
    return isObject(value) ? { schema: value } : undefined;
  },
  unwrap: ({ [field]: list, schema }) => list ?? schema ?? [],
});
/** One schema, or a list of them. */
export const bothOrArray: Forms = listed("jSONSchemas");
/** A schema, or names of fields. */
export const bothOrStrings: Forms = listed("property");
