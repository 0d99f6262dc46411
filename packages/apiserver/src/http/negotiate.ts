// Chooses the form of an answer: a codec, and perhaps another shape (Table, PartialObjectMetadata, aggregated discovery).
import type { AnyKind } from "@knots/machinery";
import { notAcceptable } from "../errors.ts";
import { covers, parseAccept } from "./accept.ts";
import { type Codec, jsonCodec, type StreamCodec, yamlCodec } from "./codec.ts";
import { protobufCodec } from "./protobuf-codec.ts";

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
/** A form of a watch's events. */
export interface ChosenStream extends Chosen {
  readonly stream: StreamCodec;
}

/** What there is to choose from. */
export interface Offer {
  /** The first one is what clients without a wish get. */
  readonly codecs: readonly Codec[];
  readonly shapes: readonly Shape[];
  /** Whether a codec makes answers of a shape, or as they are. */
  readonly allows: (codec: Codec, shape: Shape | undefined) => boolean;
}

/** Shapes of objects and lists of objects. */
const OBJECT_SHAPES: readonly Shape[] = ["v1", "v1beta1"].flatMap((version) =>
  ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"].map((as) => ({ as, group: "meta.k8s.io", version })),
);
const DISCOVERY_SHAPES: readonly Shape[] = ["v2", "v2beta1"].map((version) => ({
  as: "APIGroupDiscoveryList",
  group: "apidiscovery.k8s.io",
  version,
}));

/** All formats, the preferred one first. */
const codecs: readonly Codec[] = [jsonCodec, yamlCodec, protobufCodec];
const textCodecs: readonly Codec[] = [jsonCodec, yamlCodec];

/** Values that no schema describes. */
export const PLAIN: Offer = { codecs: textCodecs, shapes: [], allows: () => true };
/** Status, discovery of one group or version. */
export const ANSWERS: Offer = { codecs, shapes: [], allows: () => true };
/** Discovery, whole or its first page. */
export const DISCOVERY: Offer = { codecs, shapes: DISCOVERY_SHAPES, allows: () => true };

/** A kind without numbered fields has its metadata in protobuf all the same; rows of tables hold anything and have no message at all. */
function allowsObjects(jsonOnly: boolean): Offer["allows"] {
  return (codec, shape) => {
    if (codec !== protobufCodec) return true;
    return shape === undefined ? !jsonOnly : shape.as !== "Table";
  };
}

/** Objects of a kind. */
export function offerOf({ jsonOnly = false }: Pick<AnyKind, "jsonOnly">): Offer {
  return { codecs, shapes: OBJECT_SHAPES, allows: allowsObjects(jsonOnly) };
}

/** Events of a watch on a kind. */
export function streamOfferOf(kind: Pick<AnyKind, "jsonOnly">): Offer {
  return { ...offerOf(kind), codecs: codecs.filter(({ stream }) => stream !== undefined) };
}

/** The first wish that can be met; undefined when none can. Clients that name a stream mean a watch. */
function choose(accept: string | undefined, { codecs, shapes, allows }: Offer): Chosen | undefined {
  for (const range of parseAccept(accept)) {
    const { as, g, v, stream = "watch" } = range.parameters;
    const shape = shapes.find((one) => one.as === as && one.group === g && one.version === v);
    if (stream !== "watch" || (as !== undefined && !shape)) continue;
    const codec = codecs.find((one) => covers(range, one.mediaType) && allows(one, shape));
    if (codec) return { codec, ...(shape && { shape }) };
  }
  return undefined;
}

/** The media types of an offer, as a refusal lists them. */
const typesOf = ({ codecs, allows }: Offer): readonly string[] =>
  codecs.filter((codec) => allows(codec, undefined)).map(({ mediaType }) => mediaType);

/** The first wish that can be met; 406 with the list of media types when none can. */
export function negotiate(accept: string | undefined, offer: Offer): Chosen {
  const chosen = choose(accept, offer);
  if (!chosen) throw notAcceptable(typesOf(offer));
  return chosen;
}

/** The same for a watch. */
export function negotiateStream(accept: string | undefined, kind: Pick<AnyKind, "jsonOnly">): ChosenStream {
  const offer = streamOfferOf(kind);
  const chosen = choose(accept, offer);
  if (!chosen?.codec.stream) throw notAcceptable(typesOf(offer).map((type) => `${type};stream=watch`));
  return { ...chosen, stream: chosen.codec.stream };
}

/** The codec for a failure: what the client likes, or else JSON. A Status has one shape only. */
export function codecForFailure(accept: string | undefined): Codec {
  return choose(accept, ANSWERS)?.codec ?? jsonCodec;
}

/** The Content-Type of a chosen form. */
export function contentType({ codec, shape }: Chosen): string {
  return shape?.group === "apidiscovery.k8s.io"
    ? `${codec.mediaType};g=${shape.group};v=${shape.version};as=${shape.as}`
    : codec.mediaType;
}

const mediaTypeOf = (contentType: string): string => contentType.split(";")[0]?.trim().toLowerCase() ?? "";

/** The codec that reads a body of a Content-Type, and what there is where none does. No header means JSON. */
export function readerFor(
  contentType: string | undefined,
  { jsonOnly = false }: Pick<AnyKind, "jsonOnly">,
): { readonly codec: Codec | undefined; readonly readable: readonly string[] } {
  const readers = jsonOnly ? textCodecs : codecs;
  const readable = readers.map(({ mediaType }) => mediaType);
  const wanted = contentType === undefined ? jsonCodec.mediaType : mediaTypeOf(contentType);
  return { codec: readers.find(({ mediaType }) => mediaType === wanted), readable };
}
