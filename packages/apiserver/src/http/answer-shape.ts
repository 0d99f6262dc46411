// Turns an answer into the shape that the client asked for: rows of a table, or metadata alone.
import {
  type AnyKind,
  type KubeObject,
  type ListMeta,
  type PartialVersion,
  parseIncludeObject,
  partialMetadata,
  partialMetadataList,
  type Status,
  toTable,
} from "@knots/machinery";
import { isList } from "../chain/answer.ts";
import { wrongShape } from "../errors.ts";
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

const partialVersion = ({ version }: Shape): PartialVersion => (version === "v1beta1" ? "v1beta1" : "v1");

/** The metadata of an object in the wanted version. */
export const partialOf = (object: KubeObject, shape: Shape): object => partialMetadata(object, partialVersion(shape));

/** The body in the wanted shape. A Status stays a Status. */
export function shaped(body: KubeObject | Status, context: ShapeContext): object {
  if (isStatus(body)) return body;
  const { shape } = context;
  if (shape.as === "Table") return tableOf(body, context);
  const wantsList = shape.as === "PartialObjectMetadataList";
  if (wantsList !== isList(body)) throw wrongShape(shape.as, wantsList);
  return isList(body) ? partialMetadataList(body.items, body.metadata, partialVersion(shape)) : partialOf(body, shape);
}
