// The one port to an API server: requests by verb and resource, answered with objects or a stream of events.
import type { GroupVersionResource, Json, KubeObject, Status } from "@knots/machinery";

/** The verbs of the API, as authorization names them. `connect` is not here: streams have their own port. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** Media types of patches. */
export type PatchType =
  | "application/json-patch+json"
  | "application/merge-patch+json"
  | "application/strategic-merge-patch+json"
  | "application/apply-patch+yaml";

/** Query parameters of the API, by their names on the wire. Numbers and booleans are kept typed. */
export interface RequestOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
  readonly limit?: number;
  readonly continue?: string;
  readonly timeoutSeconds?: number;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
  readonly force?: boolean;
}

/** DeleteOptions of a delete or deletecollection. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** One request. Which fields are set depends on the verb: `object` on create and update, `patch` on patch, `delete` on deletions. */
export interface ApiRequest {
  readonly verb: Verb;
  readonly resource: GroupVersionResource;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly options?: RequestOptions;
  readonly object?: KubeObject;
  readonly patch?: { readonly type: PatchType; readonly body: Json };
  readonly delete?: DeleteOptions;
}

/** What a watch yields. BOOKMARK objects carry only kind, apiVersion and metadata.resourceVersion. */
export type WatchEvent<T = KubeObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK"; readonly object: T }
  | { readonly type: "ERROR"; readonly object: Status };

/**
 * A connection to an API server, bound to one identity. Failures are thrown as `ApiError`; a failure whose effect is
 * unknown (the connection broke after the request was sent) is an `UnknownOutcomeError`. Answers are deeply frozen.
 */
export interface Transport {
  /** Sends a request other than watch; the answer is an object, a list object, or a Status. */
  request(request: ApiRequest, signal?: AbortSignal): Promise<KubeObject | Status>;
  /** Opens a watch; resolves when the server accepted it. Leaving the iteration closes it. */
  watch(request: ApiRequest, signal?: AbortSignal): Promise<AsyncIterable<WatchEvent>>;
}

/** The request may or may not have taken effect; the caller must look before it tries again. */
export class UnknownOutcomeError extends Error {
  override readonly name = "UnknownOutcomeError";
}
