// Objects reduced to their metadata (meta.k8s.io PartialObjectMetadata).
import type { KubeObject } from "../kind/kind.ts";
import type { ListMeta, ObjectMeta } from "../meta/object-meta.ts";

const META = "meta.k8s.io/v1";

/** An object without anything but its metadata. */
export interface PartialObjectMetadata {
  readonly kind: "PartialObjectMetadata";
  readonly apiVersion: typeof META;
  readonly metadata: ObjectMeta;
}
export interface PartialObjectMetadataList {
  readonly kind: "PartialObjectMetadataList";
  readonly apiVersion: typeof META;
  readonly metadata: ListMeta;
  readonly items: readonly PartialObjectMetadata[];
}

/** The metadata of one object. */
export function partialMetadata(object: KubeObject): PartialObjectMetadata {
  return { kind: "PartialObjectMetadata", apiVersion: META, metadata: object.metadata };
}

/** The metadata of a list's objects, with the list's own. */
export function partialMetadataList(objects: readonly KubeObject[], metadata: ListMeta): PartialObjectMetadataList {
  return { kind: "PartialObjectMetadataList", apiVersion: META, metadata, items: objects.map(partialMetadata) };
}
