// The scale subresource: one number of any kind that declares where it keeps its replicas.
import {
  fieldPath,
  formatLabelSelector,
  invalid,
  type KubeObject,
  type LabelSelector,
  type ScalePaths,
  selectorFromLabels,
  selectorFromObject,
} from "@knots/machinery";
import { ok } from "../chain/answer.ts";
import { getObject } from "../chain/verbs.ts";
import { badRequest, invalidObject } from "../errors.ts";
import { type AnyObject, withMeta } from "../registry/objects.ts";
import { changeOf } from "../registry/patch.ts";
import { type Change, updateObject } from "../registry/update.ts";
import type { Subresource, SubresourceCall } from "./subresource.ts";

function read(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

function written(object: AnyObject, path: readonly string[], value: unknown): AnyObject {
  const [key, ...rest] = path;
  if (key === undefined) return value as AnyObject;
  return { ...object, [key]: written((object[key] ?? {}) as AnyObject, rest, value) };
}

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

async function write(call: SubresourceCall, paths: ScalePaths) {
  const { registry, request, context } = call;
  const { object: body, patch } = request;
  const change: Change = (current) => {
    if (!patch) return scaled(call, paths, body ?? { metadata: {} }, current);
    const next = changeOf(registry, patch)(scaleOf(current, paths));
    return scaled(call, paths, next, current);
  };
  const target = { namespace: request.namespace, name: request.name ?? "", context };
  const { object } = await updateObject(registry, target, change);
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
