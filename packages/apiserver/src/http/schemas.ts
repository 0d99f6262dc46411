// The schemas of everything that bodies may hold: served kinds, their lists, Status, metadata alone, discovery.
import { DeleteOptions } from "@knots/api";
import {
  type AnyKind,
  DiscoverySchemas,
  listSchemaOf,
  type ObjectNode,
  PartialSchemas,
  StatusSchema,
} from "@knots/machinery";
import type { ResourceTable } from "../resources/table.ts";
import type { SchemaOf } from "./codec.ts";

const LIST = "List";
/** Discovery's documents; those of the core group's root and versions name no apiVersion. */
const DISCOVERY = ["", "v1", "apidiscovery.k8s.io/v2", "apidiscovery.k8s.io/v2beta1"];

const discovery: ReadonlyMap<string, ObjectNode> = new Map(Object.entries(DiscoverySchemas));

const numbered = (kind: AnyKind | undefined): AnyKind | undefined => (kind?.jsonOnly === true ? undefined : kind);

function listSchema(table: ResourceTable, apiVersion: string, name: string): ObjectNode | undefined {
  if (!name.endsWith(LIST)) return undefined;
  const kind = numbered(table.byKind(apiVersion, name.slice(0, -LIST.length)));
  return kind?.listKind === name ? listSchemaOf(kind) : undefined;
}

/** Looks up schemas of a table's kinds, as it is at the time of the question. */
export function schemasOf(table: ResourceTable): SchemaOf {
  return (apiVersion, name) => {
    if (name === "DeleteOptions") return DeleteOptions;
    const kind = numbered(table.byKind(apiVersion, name));
    if (kind) return kind.schema;
    if (name === "Status" && apiVersion === "v1") return StatusSchema;
    const list = listSchema(table, apiVersion, name) ?? PartialSchemas[`${apiVersion}/${name}`];
    return list ?? (DISCOVERY.includes(apiVersion) ? discovery.get(name) : undefined);
  };
}
