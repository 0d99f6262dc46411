// The scale subresource: one number of any kind that declares where it keeps its replicas.
import {
  apiVersionOf,
  fieldPath,
  formatLabelSelector,
  invalid,
  isObject,
  type Json,
  type JsonObject,
  type KubeObject,
  type LabelSelector,
  type ScalePaths,
  selectorFromLabels,
  selectorFromObject,
} from "@knots/machinery";
import { ok } from "../chain/answer.ts";
import { getObject } from "../chain/verbs.ts";
import { badRequest, invalidObject } from "../errors.ts";
import { applyObject } from "../registry/apply.ts";
import { APPLY_TYPE } from "../registry/managed/write-options.ts";
import { type AnyObject, withMeta } from "../registry/objects.ts";
import { changeOf } from "../registry/patch.ts";
import { type Change, mergeWhole, updateObject } from "../registry/update.ts";
import type { UpdateScope } from "../registry/update-scope.ts";
import type { Subresource, SubresourceCall } from "./subresource.ts";

function read(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

function written(object: AnyObject, path: readonly string[], value: unknown): AnyObject {
  const [key, ...rest] = path;
  if (key === undefined) return value as AnyObject;
  return { ...object, [key]: written((object[key] ?? {}) as AnyObject, rest, value) };
}

const present = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function selectorText(selector: unknown): string {
  if (typeof selector !== "object" || selector === null) return "";
  const structured = "matchLabels" in selector || "matchExpressions" in selector || Object.keys(selector).length === 0;
  const parsed = structured
    ? selectorFromObject(selector as LabelSelector)
    : selectorFromLabels(selector as Record<string, string>);
  return formatLabelSelector(parsed);
}

/** The Scale of an object. */
export function scaleOf(object: AnyObject, paths: ScalePaths): AnyObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorText(read(object, paths.selector));
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject["metadata"],
    spec: { replicas: read(object, paths.specReplicas) ?? 0 },
    status: { replicas: read(object, paths.statusReplicas) ?? 0, ...(selector && { selector }) },
  };
}

function scaled(call: SubresourceCall, paths: ScalePaths, scale: KubeObject, current: AnyObject): AnyObject {
  const replicas = (scale as AnyObject & { spec?: { replicas?: unknown } }).spec?.replicas ?? 0;
  const name = call.request.name ?? "";
  if (typeof replicas !== "number" || !Number.isInteger(replicas)) throw badRequest("spec.replicas must be a number");
  if (replicas < 0) {
    const error = invalid(fieldPath("spec").child("replicas"), replicas, "must be greater than or equal to 0");
    throw invalidObject({ group: "autoscaling", kind: "Scale" }, name, [error]);
  }
  const { resourceVersion, uid } = scale.metadata ?? {};
  const guarded = withMeta(current, { resourceVersion, ...(uid && { uid }) });
  return written(guarded, paths.specReplicas, replicas);
}

/** The whole object is written, but owned through this subresource: only the number differs. */
const scaleScope: UpdateScope = { subresource: "scale", merge: mergeWhole };
const SCALE = "autoscaling/v1, Kind=Scale";

/** What a Scale that is applied says of the object itself. */
function appliedScale({ registry, request }: SubresourceCall, paths: ScalePaths, body: Json): JsonObject {
  const scale = (isObject(body) ? body : {}) as JsonObject & Partial<KubeObject>;
  const told = `${scale.apiVersion ?? "/"}, Kind=${scale.kind ?? ""}`;
  if (told !== SCALE) throw badRequest(`invalid object type: ${told}`);
  const { name = request.name ?? "", namespace, uid, resourceVersion, managedFields } = scale.metadata ?? {};
  const metadata = present({ name, namespace, uid, resourceVersion, managedFields }) as JsonObject;
  const object: JsonObject = { apiVersion: apiVersionOf(registry.kind), kind: registry.kind.kind, metadata };
  const replicas = read(scale, ["spec", "replicas"]);
  return replicas === undefined
    ? object
    : (written(object as unknown as AnyObject, paths.specReplicas, replicas) as unknown as JsonObject);
}

async function write(call: SubresourceCall, paths: ScalePaths) {
  const { registry, request, context } = call;
  const { object: body, patch } = request;
  const change: Change = (current) => {
    if (!patch) return scaled(call, paths, body ?? { metadata: {} }, current);
    const next = changeOf(registry, patch)(scaleOf(current, paths));
    return scaled(call, paths, next, current);
  };
  const target = { namespace: request.namespace, name: request.name ?? "", scope: scaleScope, context };
  const { object } =
    patch?.type === APPLY_TYPE
      ? await applyObject(registry, target, appliedScale(call, paths, patch.body))
      : await updateObject(registry, target, change);
  return ok(scaleOf(object, paths));
}

/** The scale subresource of a kind with these paths. */
export function scaleSubresource(paths: ScalePaths): Subresource {
  return {
    verbs: {
      get: async (call) => ok(scaleOf(await getObject(call.registry, call.request, call.context), paths)),
      update: (call) => write(call, paths),
      patch: (call) => write(call, paths),
    },
  };
}
