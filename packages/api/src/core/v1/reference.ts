// Structures that name another object.
import { field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const localObjectReference = object(
  "io.k8s.api.core.v1.LocalObjectReference",
  {
    name: field(1, string(), "Name of the object."),
  },
  { map: "atomic" },
);
/** Names an object in the same namespace. */
export interface LocalObjectReference extends TypeOf<typeof localObjectReference> {}
export const LocalObjectReference: ObjectSchema<LocalObjectReference> = localObjectReference;

const secretReference = object(
  "io.k8s.api.core.v1.SecretReference",
  {
    name: field(1, string(), "Name of the Secret."),
    namespace: field(2, string(), "Namespace of the Secret."),
  },
  { map: "atomic" },
);
/** Names a Secret in any namespace. */
export interface SecretReference extends TypeOf<typeof secretReference> {}
export const SecretReference: ObjectSchema<SecretReference> = secretReference;

const objectReference = object(
  "io.k8s.api.core.v1.ObjectReference",
  {
    kind: field(1, string(), "Kind of the object."),
    namespace: field(2, string(), "Namespace of the object."),
    name: field(3, string(), "Name of the object."),
    uid: field(4, string(), "UID of the object."),
    apiVersion: field(5, string(), "Group and version of the object."),
    resourceVersion: field(6, string(), "Revision of the object that is meant."),
    fieldPath: field(7, string(), "Part of the object, such as spec.containers{name}."),
  },
  { map: "atomic" },
);
/** Names any object, or a part of it. */
export interface ObjectReference extends TypeOf<typeof objectReference> {}
export const ObjectReference: ObjectSchema<ObjectReference> = objectReference;

const typedLocalObjectReference = object(
  "io.k8s.api.core.v1.TypedLocalObjectReference",
  {
    apiGroup: field(1, string(), "Group of the object; absent for the core group.", { pointer: true }),
    kind: field(2, string(), "Kind of the object.", { required: true }),
    name: field(3, string(), "Name of the object.", { required: true }),
  },
  { map: "atomic" },
);
/** Names an object of any kind in the same namespace. */
export interface TypedLocalObjectReference extends TypeOf<typeof typedLocalObjectReference> {}
export const TypedLocalObjectReference: ObjectSchema<TypedLocalObjectReference> = typedLocalObjectReference;

const typedObjectReference = object("io.k8s.api.core.v1.TypedObjectReference", {
  apiGroup: field(1, string(), "Group of the object; absent for the core group.", { pointer: true }),
  kind: field(2, string(), "Kind of the object.", { required: true }),
  name: field(3, string(), "Name of the object.", { required: true }),
  namespace: field(4, string(), "Namespace of the object; absent for the same one.", { pointer: true }),
});
/** Names an object of any kind, perhaps in another namespace. */
export interface TypedObjectReference extends TypeOf<typeof typedObjectReference> {}
export const TypedObjectReference: ObjectSchema<TypedObjectReference> = typedObjectReference;
