// Declares messages of the runtime interface (CRI v1, proto3): field numbers are the contract, documentation is upstream's.
import {
  type AnyField,
  type Field,
  type FieldsType,
  type ObjectSchema,
  object,
  type Schema,
  type TypeOf,
} from "@knots/machinery";

/** A field of a message. */
export function wire<S extends Schema>(number: number, schema: S): Field<TypeOf<S>, false> {
  return { number, schema, doc: "" } as unknown as Field<TypeOf<S>, false>;
}

/** A message of package `runtime.v1`. */
export function message<const F extends Readonly<Record<string, AnyField>>>(
  name: string,
  fields: F,
): ObjectSchema<FieldsType<F>> {
  return object(`runtime.v1.${name}`, fields);
}
