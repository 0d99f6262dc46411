// The served versions of a kind, as the owners of fields see them.
import {
  type AnyKind,
  apiVersionOf,
  decodeObject,
  EMPTY_SET,
  type FieldSet,
  type JsonObject,
  type KubeObject,
  setOfPaths,
  type VersionsOf,
  type VersionView,
} from "@knots/machinery";
import { hubOf } from "../../resources/table.ts";
import type { Registry } from "../registry.ts";
import type { UpdateScope } from "../update-scope.ts";

const asObject = (object: JsonObject): KubeObject => object as unknown as KubeObject;
const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

/** Translates objects of one version into another, by way of the hub. */
function translation(from: AnyKind, to: AnyKind): (object: JsonObject) => JsonObject {
  if (from === to) return (object) => object;
  const hub = hubOf(from);
  return (object) => {
    const inHub = from.conversion
      ? { ...from.conversion.toHub(asObject(object)), apiVersion: apiVersionOf(hub), kind: hub.kind }
      : asObject(object);
    if (!to.conversion) return asJson(inHub);
    return asJson({ ...to.conversion.fromHub(inHub), apiVersion: apiVersionOf(to), kind: to.kind });
  };
}

/** Views of the served versions from the registry's own; undefined for versions that are not served. */
export function versionsOf({ kind, version }: Registry): VersionsOf {
  return (apiVersion): VersionView | undefined => {
    const other = version(apiVersion);
    return other && { schema: other.schema, into: translation(kind, other), back: translation(other, kind) };
  };
}

const empty = new WeakMap<AnyKind, JsonObject>();

/** An object of the kind of which nothing was said: with the structures and fields that are always there. */
export function emptyObject(kind: AnyKind): JsonObject {
  const known = empty.get(kind);
  if (known) return known;
  const made = decodeObject(kind.schema, { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: {} });
  empty.set(kind, made);
  return made;
}

const STATUS = setOfPaths(["f:status"]);
const WRITTEN_THROUGH_STATUS: readonly string[] = ["apiVersion", "kind", "metadata", "status"];

function statusResets(kind: AnyKind): FieldSet {
  const others = Object.keys(kind.schema.properties).filter((name) => !WRITTEN_THROUGH_STATUS.includes(name));
  return setOfPaths(["f:metadata", "f:ownerReferences"], ...others.map((name) => [`f:${name}`]));
}

const statusResetsOf = new WeakMap<AnyKind, FieldSet>();

/** Fields that a write through this endpoint leaves as they are: nobody owns them through it. */
export function resetsOf(
  { kind, version }: Registry,
  scope: UpdateScope | undefined,
): (apiVersion: string) => FieldSet {
  if (!scope) return () => (kind.hasStatus ? STATUS : EMPTY_SET);
  if (scope.subresource !== "status") return () => EMPTY_SET;
  return (apiVersion) => {
    const of = version(apiVersion) ?? kind;
    const resets = statusResetsOf.get(of) ?? statusResets(of);
    statusResetsOf.set(of, resets);
    return resets;
  };
}
