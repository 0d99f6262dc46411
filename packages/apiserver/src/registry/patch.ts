// Patches: the current object, changed by one of the patch formats, then treated like an update.
import type { ApiRequest } from "@knots/client";
import {
  ApiError,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  failure,
  fieldPath,
  invalid,
  type Json,
  type JsonObject,
  type KubeObject,
  PatchError,
  type Status,
} from "@knots/machinery";
import { badRequest, invalidObject, unsupportedMediaType } from "../errors.ts";
import { applyObject } from "./apply.ts";
import { goText } from "./go-text.ts";
import { APPLY_TYPE } from "./managed/write-options.ts";
import { type AnyObject, asJson } from "./objects.ts";
import type { Registry } from "./registry.ts";
import { type Change, type Updated, type UpdateTarget, updateObject } from "./update.ts";

export type Patch = NonNullable<ApiRequest["patch"]>;

/** Patch formats that a kind takes; the strategic one only where Go structures would know the rules. */
export function patchTypesOf({ kind }: Pick<Registry, "kind">): readonly string[] {
  const common = ["application/json-patch+json", "application/merge-patch+json"];
  const structured = kind.group.includes(".") && !kind.group.endsWith(".k8s.io");
  return [...common, ...(structured ? [] : ["application/strategic-merge-patch+json"]), APPLY_TYPE];
}

function patched({ kind }: Registry, current: AnyObject, { type, body }: Patch): Json {
  switch (type) {
    case "application/json-patch+json":
      return applyJsonPatch(asJson(current), body);
    case "application/merge-patch+json":
      return applyMergePatch(asJson(current), body);
    case "application/strategic-merge-patch+json":
      return applyStrategicPatch(kind.schema, asJson(current) as JsonObject, body);
    case APPLY_TYPE:
      throw unsupportedMediaType(patchTypesOf({ kind }).filter((one) => one !== type));
  }
}

/** Upstream says of a JSON patch that does not fit no more than that; what did not is in the cause. */
function patchFailure({ code, message }: PatchError): Status {
  if (code === 422)
    return failure(422, "Invalid", "the server rejected our request due to an error in our request", {});
  return failure(code, code === 413 ? "RequestEntityTooLarge" : "BadRequest", message);
}

/** The change that a patch describes; failures are 400, 413 or 422 as upstream answers them. */
export function changeOf(registry: Registry, patch: Patch): Change {
  return (current) => {
    try {
      const result = patched(registry, current, patch);
      if (typeof result !== "object" || result === null || Array.isArray(result))
        throw badRequest("the patch does not leave an object");
      const object = result as unknown as KubeObject;
      return object.metadata ? object : { ...object, metadata: {} };
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      throw new ApiError(patchFailure(error), { cause: error });
    }
  };
}

const HANDLED = /^.* cannot be handled as an? \S+: /;

/** A patch that leaves an object which cannot be read is itself invalid; upstream shows it, or what it led to. */
function invalidPatch({ type, body }: Patch, error: ApiError, result: KubeObject): ApiError {
  const value = type === "application/strategic-merge-patch+json" ? goText(body) : JSON.stringify(result);
  const why = error.message.replace(HANDLED, "");
  return invalidObject({ group: "", kind: "" }, "", [invalid(fieldPath("patch"), value, why)]);
}

/** Applies a patch. */
export async function patchObject(registry: Registry, target: UpdateTarget, patch: Patch): Promise<Updated> {
  const types = patchTypesOf(registry);
  if (!types.includes(patch.type)) throw unsupportedMediaType(types);
  if (patch.type === APPLY_TYPE) return applyObject(registry, target, patch.body);
  const unreadable = (error: ApiError, result: KubeObject): ApiError => invalidPatch(patch, error, result);
  return updateObject(registry, { ...target, unreadable }, changeOf(registry, patch));
}
