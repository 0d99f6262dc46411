// Turns an answer into the shape that the client asked for: rows of a table, or metadata alone.
import {
  type AnyKind,
  type KubeObject,
  type ListMeta,
  parseIncludeObject,
  partialMetadata,
  partialMetadataList,
  type Status,
  toTable,
} from "@knots/machinery";
import { isList } from "../chain/answer.ts";
import { notAcceptable } from "../errors.ts";
import { codecs } from "./codec.ts";
import type { Shape } from "./negotiate.ts";

/** What shaping needs to know beside the value. */
export interface ShapeContext {
  readonly kind: AnyKind | undefined;
  readonly shape: Shape;
  readonly includeObject: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const isStatus = (body: KubeObject | Status): body is Status => body.kind === "Status" && "status" in body;

function listMeta(body: KubeObject): ListMeta {
  const { resourceVersion, ...rest } = body.metadata as ListMeta;
  return isList(body)
    ? { ...rest, ...(resourceVersion !== undefined && { resourceVersion }) }
    : { resourceVersion: resourceVersion ?? "" };
}

/** One row per object; `headers` false leaves the column definitions out (later events of a watch). */
export function tableOf(body: KubeObject, context: ShapeContext, headers = true): object {
  const { kind, shape, now } = context;
  const objects = isList(body) ? body.items : [body];
  const includeObject = parseIncludeObject(context.includeObject);
  const table = toTable(kind ?? { columns: [] }, objects, { now, includeObject, metadata: listMeta(body), headers });
  return shape.version === "v1" ? table : { ...table, apiVersion: `meta.k8s.io/${shape.version}` };
}

/** The body in the wanted shape. A Status stays a Status. */
export function shaped(body: KubeObject | Status, context: ShapeContext): object {
  if (isStatus(body)) return body;
  if (context.shape.as === "Table") return tableOf(body, context);
  const wantsList = context.shape.as === "PartialObjectMetadataList";
  if (wantsList !== isList(body)) throw notAcceptable(codecs.map(({ mediaType }) => mediaType));
  return isList(body) ? partialMetadataList(body.items, body.metadata) : partialMetadata(body);
}
