// Structures that name another object.
import { field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const localObjectReference = object(
  "io.k8s.api.core.v1.LocalObjectReference",
  {
    name: field(1, string(), ""),
  },
  { map: "atomic" },
);
export interface LocalObjectReference extends TypeOf<typeof localObjectReference> {}
export const LocalObjectReference: ObjectSchema<LocalObjectReference> = localObjectReference;

const objectReference = object(
  "io.k8s.api.core.v1.ObjectReference",
  {
    kind: field(1, string(), ""),
    namespace: field(2, string(), ""),
    name: field(3, string(), ""),
    uid: field(4, string(), ""),
    apiVersion: field(5, string(), ""),
    resourceVersion: field(6, string(), ""),
    fieldPath: field(7, string(), ""),
  },
  { map: "atomic" },
);
export interface ObjectReference extends TypeOf<typeof objectReference> {}
export const ObjectReference: ObjectSchema<ObjectReference> = objectReference;

const typedLocalObjectReference = object(
  "io.k8s.api.core.v1.TypedLocalObjectReference",
  {
    apiGroup: field(1, string(), "", { pointer: true }),
    kind: field(2, string(), "", { required: true }),
    name: field(3, string(), "", { required: true }),
  },
  { map: "atomic" },
);
export interface TypedLocalObjectReference extends TypeOf<typeof typedLocalObjectReference> {}
export const TypedLocalObjectReference: ObjectSchema<TypedLocalObjectReference> = typedLocalObjectReference;

const typedObjectReference = object("io.k8s.api.core.v1.TypedObjectReference", {
  apiGroup: field(1, string(), "", { pointer: true }),
  kind: field(2, string(), "", { required: true }),
  name: field(3, string(), "", { required: true }),
  namespace: field(4, string(), "", { pointer: true }),
});
export interface TypedObjectReference extends TypeOf<typeof typedObjectReference> {}
export const TypedObjectReference: ObjectSchema<TypedObjectReference> = typedObjectReference;
