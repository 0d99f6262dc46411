// Query parameters of the API, typed.
import type { DeleteOptions, RequestOptions } from "@knots/client";
import { type FieldError, fieldPath, notSupported } from "@knots/machinery";
import { badRequest, invalidObject } from "../errors.ts";

const LIST_OPTIONS = { group: "meta.k8s.io", kind: "ListOptions" };

/** Beyond it numbers are refused; what is less, but more than can be told exactly, is as good as without end. */
const INT64 = 2 ** 63;

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const value = Number(text);
  if (Math.abs(value) > INT64)
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return Math.sign(value) * Math.min(Math.abs(value), Number.MAX_SAFE_INTEGER);
}

/** As upstream reads booleans: anything but `false` and `0` is true. */
export function boolean(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  return text.toLowerCase() !== "false" && text !== "0";
}

function oneOf<T extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly T[],
  kind: string,
): T | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const value = values.find((one) => one === text);
  if (value !== undefined) return value;
  const errors: FieldError[] = [notSupported(fieldPath(name), text, values)];
  throw invalidObject({ ...LIST_OPTIONS, kind }, "", errors);
}

function dryRun(query: URLSearchParams): boolean | undefined {
  const values = query.getAll("dryRun").filter((value) => value !== "");
  const wrong = values.find((value) => value !== "All");
  if (wrong !== undefined) throw invalidObject(LIST_OPTIONS, "", [notSupported(fieldPath("dryRun"), wrong, ["All"])]);
  return values.length > 0 ? true : undefined;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Who asks for a part and gets the whole would act on what is another's. */
function refuseShards(query: URLSearchParams): void {
  if (query.get("shardSelector")) throw badRequest("shardSelector: lists and watches are not served in shards");
}

/** Options of a request from its query. */
export function requestOptions(query: URLSearchParams): RequestOptions {
  refuseShards(query);
  return present({
    labelSelector: query.get("labelSelector") ?? undefined,
    fieldSelector: query.get("fieldSelector") ?? undefined,
    resourceVersion: query.get("resourceVersion") ?? undefined,
    resourceVersionMatch: oneOf(query, "resourceVersionMatch", ["Exact", "NotOlderThan"], "ListOptions"),
    limit: integer(query, "limit"),
    continue: query.get("continue") ?? undefined,
    timeoutSeconds: integer(query, "timeoutSeconds"),
    allowWatchBookmarks: boolean(query, "allowWatchBookmarks"),
    sendInitialEvents: boolean(query, "sendInitialEvents"),
    dryRun: dryRun(query),
    fieldManager: query.get("fieldManager") ?? undefined,
    fieldValidation: oneOf(query, "fieldValidation", ["Ignore", "Warn", "Strict"], "CreateOptions"),
    force: boolean(query, "force"),
  });
}

interface DeleteBody extends DeleteOptions {
  readonly orphanDependents?: boolean;
  readonly dryRun?: readonly string[];
}

/** Deletion options from the body, or from the query where there is none. */
export function deleteOptions(
  query: URLSearchParams,
  body: DeleteBody | undefined,
): DeleteOptions & { dryRun: boolean } {
  const { gracePeriodSeconds, propagationPolicy, preconditions, orphanDependents, dryRun: dry = [] } = body ?? {};
  const orphan = orphanDependents ?? boolean(query, "orphanDependents");
  const policy = propagationPolicy ?? (query.get("propagationPolicy") as DeleteOptions["propagationPolicy"] | null);
  const legacy = orphan === undefined ? undefined : orphan ? "Orphan" : "Background";
  const options: DeleteOptions = present({
    gracePeriodSeconds: gracePeriodSeconds ?? integer(query, "gracePeriodSeconds"),
    propagationPolicy: policy ?? legacy,
    preconditions,
  });
  return { ...options, dryRun: dry.includes("All") };
}
