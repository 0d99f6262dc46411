// One served kind put together: its storage, cache, strategy and admission, ready for the verbs.
import type { RequestOptions } from "@knots/client";
import {
  type AnyKind,
  apiVersionOf,
  applyDefaults,
  type Check,
  decodeObject,
  type FieldError,
  fieldPath,
  type Json,
  type KubeObject,
  strictFailure,
  validateObject,
} from "@knots/machinery";
import type { Admission } from "../admission/admission.ts";
import type { KindCache } from "../cache/kind-cache.ts";
import type { ListSources } from "../cache/list.ts";
import type { RequestContext } from "../context.ts";
import { invalidObject } from "../errors.ts";
import { hubOf } from "../resources/table.ts";
import { checkType } from "./metadata.ts";
import { type AnyObject, deepFreeze } from "./objects.ts";
import type { KindStorage } from "./storage.ts";
import type { Strategy, StrategyTools } from "./strategy.ts";
import { metadataErrors } from "./validate-metadata.ts";

/** Everything the verbs need of one served kind. Objects inside are the hub's; `input` and `output` translate. */
export interface Registry {
  /** The kind as it is served. */
  readonly kind: AnyKind;
  readonly storage: KindStorage;
  readonly cache: KindCache;
  readonly strategy: Strategy;
  readonly admission: Admission;
  readonly tools: StrategyTools;
  readonly sources: ListSources;
  /** The served version of this kind that an apiVersion means. */
  readonly version: (apiVersion: string) => AnyKind | undefined;
}

const converted = new WeakMap<AnyKind, WeakMap<object, AnyObject>>();

/** A stored object in the served version. The same input gives the same output. */
export function output(kind: AnyKind, object: AnyObject): AnyObject {
  const { conversion } = kind;
  if (!conversion) return object;
  const memo = converted.get(kind) ?? new WeakMap<object, AnyObject>();
  converted.set(kind, memo);
  const known = memo.get(object);
  if (known) return known;
  const result = deepFreeze({
    ...conversion.fromHub(object),
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
  }) as AnyObject;
  memo.set(object, result);
  return result;
}

/** Tells of unknown fields as the client wished: refuse, warn or be silent. */
function report(findings: readonly string[], value: Json, context: RequestContext): void {
  const texts = [...(context.duplicates ?? []), ...findings.map((path) => `unknown field ${JSON.stringify(path)}`)];
  if (texts.length === 0) return;
  const mode: RequestOptions["fieldValidation"] = context.options.fieldValidation ?? "Warn";
  if (mode === "Strict") throw strictFailure(value, texts);
  if (mode === "Warn") for (const text of texts) context.warn(text);
}

/** Decodes a body of `kind`: types checked, unknown fields dropped, type set, defaults filled in. */
export function decodeBody(kind: AnyKind, body: KubeObject, context: RequestContext): AnyObject {
  checkType(kind, body);
  const typed = { ...body, kind: kind.kind, apiVersion: apiVersionOf(kind) } as unknown as Json;
  const findings: string[] = [];
  const decoded = decodeObject(kind.schema, typed, { onUnknown: (path) => findings.push(path) });
  report(findings, typed, context);
  const { metadata, ...rest } = decoded as unknown as AnyObject;
  const { apiVersion, kind: kindName, ...fields } = applyDefaults(kind.schema, rest as never) as unknown as AnyObject;
  return { kind: kindName, apiVersion, ...fields, metadata } as unknown as AnyObject;
}

/** A decoded body in the stored version. */
export function input(kind: AnyKind, body: KubeObject, context: RequestContext): AnyObject {
  const object = decodeBody(kind, body, context);
  const hub = hubOf(kind);
  if (!kind.conversion) return object;
  const stored = { ...kind.conversion.toHub(object), apiVersion: apiVersionOf(hub), kind: hub.kind };
  return applyDefaults(hub.schema, stored) as unknown as AnyObject;
}

/** Defaults again: mutating admission may have added structures. */
export const redefault = (kind: AnyKind, object: AnyObject): AnyObject =>
  applyDefaults(kind.schema, object as never) as unknown as AnyObject;

/** Faults by the rules that a further version has of its own; its structure is translated and judged as the hub's. */
function* versionErrors(served: AnyKind, object: AnyObject, old: AnyObject | undefined): Iterable<FieldError> {
  const [now, was] = [output(served, object), old && output(served, old)];
  const context = { path: fieldPath(), ...(was && { old: was }) };
  for (const check of served.schema.checks as readonly Check<unknown>[]) yield* check(now, context);
}

/** Throws 422 with all faults of an object about to be written. */
export function validate({ kind: served, storage, strategy }: Registry, object: AnyObject, old?: AnyObject): void {
  const { kind } = storage;
  const errors: FieldError[] = [...metadataErrors(kind, object, old)];
  errors.push(...validateObject(kind.schema, object as never, old as never));
  if (strategy.validate) errors.push(...strategy.validate(object, old));
  if (served !== kind) errors.push(...versionErrors(served, object, old));
  if (errors.length > 0) throw invalidObject(kind, object.metadata.name ?? "", errors);
}
