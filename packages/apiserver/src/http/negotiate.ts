// Chooses the form of an answer: a codec, and perhaps another shape (Table, PartialObjectMetadata, aggregated discovery).
import { notAcceptable } from "../errors.ts";
import { covers, parseAccept } from "./accept.ts";
import { type Codec, codecs, jsonCodec } from "./codec.ts";

/** A shape that a client may ask for with `as`, `g` and `v`. */
export interface Shape {
  readonly as: string;
  readonly group: string;
  readonly version: string;
}
export interface Chosen {
  readonly codec: Codec;
  readonly shape?: Shape | undefined;
}

/** Shapes of objects and lists of objects. */
export const OBJECT_SHAPES: readonly Shape[] = [
  { as: "Table", group: "meta.k8s.io", version: "v1" },
  { as: "Table", group: "meta.k8s.io", version: "v1beta1" },
  { as: "PartialObjectMetadata", group: "meta.k8s.io", version: "v1" },
  { as: "PartialObjectMetadataList", group: "meta.k8s.io", version: "v1" },
];
export const DISCOVERY_SHAPES: readonly Shape[] = [
  { as: "APIGroupDiscoveryList", group: "apidiscovery.k8s.io", version: "v2" },
  { as: "APIGroupDiscoveryList", group: "apidiscovery.k8s.io", version: "v2beta1" },
];

/** The first wish that can be met; 406 with the list of media types when none can. */
export function negotiate(accept: string | undefined, shapes: readonly Shape[]): Chosen {
  for (const range of parseAccept(accept)) {
    const codec = codecs.find(({ mediaType }) => covers(range, mediaType));
    if (!codec) continue;
    const { as, g, v } = range.parameters;
    if (as === undefined) return { codec };
    const shape = shapes.find((one) => one.as === as && one.group === g && one.version === v);
    if (shape) return { codec, shape };
  }
  throw notAcceptable(codecs.map(({ mediaType }) => mediaType));
}

/** The codec for a failure: what the client likes, or else JSON. */
export function codecForFailure(accept: string | undefined): Codec {
  const liked = parseAccept(accept).flatMap((range) => codecs.filter(({ mediaType }) => covers(range, mediaType)));
  return liked[0] ?? jsonCodec;
}

/** The Content-Type of a chosen form. */
export function contentType({ codec, shape }: Chosen): string {
  return shape?.group === "apidiscovery.k8s.io"
    ? `${codec.mediaType};g=${shape.group};v=${shape.version};as=${shape.as}`
    : codec.mediaType;
}
