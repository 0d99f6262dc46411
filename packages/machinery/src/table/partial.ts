// Objects reduced to their metadata (meta.k8s.io PartialObjectMetadata).
import type { KubeObject } from "../kind/kind.ts";
import { ListMeta, ObjectMeta } from "../meta/object-meta.ts";
import { array, field, object, string } from "../schema/builder.ts";
import type { ObjectNode } from "../schema/schema.ts";

/** Versions of the shape: the same in JSON, with other numbers of fields in protobuf. */
export type PartialVersion = "v1" | "v1beta1";

/** An object without anything but its metadata. */
export interface PartialObjectMetadata {
  readonly kind: "PartialObjectMetadata";
  readonly apiVersion: `meta.k8s.io/${PartialVersion}`;
  readonly metadata: ObjectMeta;
}
export interface PartialObjectMetadataList {
  readonly kind: "PartialObjectMetadataList";
  readonly apiVersion: `meta.k8s.io/${PartialVersion}`;
  readonly metadata: ListMeta;
  readonly items: readonly PartialObjectMetadata[];
}

const known = {
  v1: new WeakMap<KubeObject, PartialObjectMetadata>(),
  v1beta1: new WeakMap<KubeObject, PartialObjectMetadata>(),
};

/** The metadata of one object; for a frozen object the same (frozen) answer each time. */
export function partialMetadata(object: KubeObject, version: PartialVersion = "v1"): PartialObjectMetadata {
  const before = known[version].get(object);
  if (before) return before;
  const { metadata } = object;
  const partial = { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata } as const;
  if (!Object.isFrozen(object)) return partial;
  known[version].set(object, Object.freeze(partial));
  return partial;
}

/** The metadata of a list's objects, with the list's own. */
export function partialMetadataList(
  objects: readonly KubeObject[],
  metadata: ListMeta,
  version: PartialVersion = "v1",
): PartialObjectMetadataList {
  const items = objects.map((object) => partialMetadata(object, version));
  return { kind: "PartialObjectMetadataList", apiVersion: `meta.k8s.io/${version}`, metadata, items };
}

const META = "io.k8s.apimachinery.pkg.apis.meta";
const names = {
  apiVersion: field(0, string(), "Group and version of this object's schema."),
  kind: field(0, string(), "Name of this object's schema."),
};

const partial: ObjectNode = object(`${META}.v1.PartialObjectMetadata`, {
  ...names,
  metadata: field(1, ObjectMeta, "The object's metadata."),
});

function listSchema(version: PartialVersion, metadata: number, items: number): ObjectNode {
  return object(`${META}.${version}.PartialObjectMetadataList`, {
    ...names,
    metadata: field(metadata, ListMeta, "Metadata of the list."),
    items: field(items, array(partial), "Metadata of the objects.", { required: true }),
  });
}

/** Schemas of the shapes, by apiVersion and kind with a slash between them. */
export const PartialSchemas: Readonly<Record<string, ObjectNode>> = {
  "meta.k8s.io/v1/PartialObjectMetadata": partial,
  "meta.k8s.io/v1beta1/PartialObjectMetadata": partial,
  "meta.k8s.io/v1/PartialObjectMetadataList": listSchema("v1", 1, 2),
  "meta.k8s.io/v1beta1/PartialObjectMetadataList": listSchema("v1beta1", 2, 1),
};
