// Query and path parameters of the calls, each described once.

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "path";
  readonly type: "string" | "boolean" | "integer";
  readonly doc: string;
}

const query = (name: string, type: Parameter["type"], doc: string): Parameter => ({ name, in: "query", type, doc });

const CONTINUE = query("continue", "string", "Token of an earlier answer that asks for the next page.");
const FIELD_SELECTOR = query("fieldSelector", "string", "Only objects whose fields have these values.");
const LABEL_SELECTOR = query("labelSelector", "string", "Only objects whose labels match.");
const LIMIT = query("limit", "integer", "At most this many objects in one answer.");
const REVISION = query("resourceVersion", "string", "Revision that the answer must reflect; see resourceVersionMatch.");
const MATCH = query("resourceVersionMatch", "string", "How resourceVersion binds a list: NotOlderThan or Exact.");
const INITIAL = query("sendInitialEvents", "boolean", "Start a watch with the existing objects and a bookmark.");
const TIMEOUT = query("timeoutSeconds", "integer", "End the call after this many seconds.");
const BOOKMARKS = query("allowWatchBookmarks", "boolean", "Send bookmarks that tell the revision reached.");
const WATCH = query("watch", "boolean", "Stream changes instead of listing.");
const DRY_RUN = query("dryRun", "string", "All: do everything but store the result.");
const MANAGER = query("fieldManager", "string", "Name under which changed fields are recorded; up to 128 characters.");
const VALIDATION = query(
  "fieldValidation",
  "string",
  "What unknown and duplicate fields do: Ignore drops them, Warn drops and warns, Strict refuses the request.",
);
const FORCE = query("force", "boolean", "Take over fields that others own; for apply only.");
const GRACE = query("gracePeriodSeconds", "integer", "Seconds until the object is removed; zero means at once.");
const UNSAFE = query(
  "ignoreStoreReadErrorWithClusterBreakingPotential",
  "boolean",
  "Delete an object that can no longer be read.",
);
const ORPHAN = query("orphanDependents", "boolean", "Deprecated: use propagationPolicy. Leave dependents alone.");
const PROPAGATION = query("propagationPolicy", "string", "What happens to dependents: Orphan, Background, Foreground.");

const SELECTION = [CONTINUE, FIELD_SELECTOR, LABEL_SELECTOR, LIMIT, REVISION, MATCH, INITIAL, TIMEOUT];
const DELETION = [DRY_RUN, GRACE, UNSAFE, ORPHAN, PROPAGATION];

/** Parameters of each action. */
export const ACTION_PARAMETERS: Readonly<Record<string, readonly Parameter[]>> = {
  get: [],
  list: [BOOKMARKS, ...SELECTION, WATCH],
  post: [DRY_RUN, MANAGER, VALIDATION],
  put: [DRY_RUN, MANAGER, VALIDATION],
  patch: [DRY_RUN, MANAGER, VALIDATION, FORCE],
  delete: DELETION,
  deletecollection: [...SELECTION, ...DELETION],
  connect: [],
};

export const PRETTY = query("pretty", "string", "Whether JSON answers are indented.");
export const NAMESPACE: Parameter = {
  name: "namespace",
  in: "path",
  type: "string",
  doc: "Namespace of the object.",
};
export const PATH: Parameter = {
  name: "path",
  in: "path",
  type: "string",
  doc: "Path that the request is passed on to.",
};
export const nameOf = (kind: string): Parameter => ({
  name: "name",
  in: "path",
  type: "string",
  doc: `Name of the ${kind}.`,
});
