// Metadata that every object and list carries (meta/v1).
import {
  array,
  boolean,
  field,
  int64,
  jsonObject,
  listOf,
  map,
  object,
  setOf,
  string,
  time,
} from "../schema/builder.ts";
import type { ObjectSchema, TypeOf } from "../schema/schema.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

const ownerReference = object(
  `${META}.OwnerReference`,
  {
    apiVersion: field(5, string(), "Group and version of the owner.", { required: true }),
    kind: field(1, string(), "Kind of the owner.", { required: true }),
    name: field(3, string(), "Name of the owner.", { required: true }),
    uid: field(4, string(), "UID of the owner.", { required: true }),
    controller: field(6, boolean(), "Whether the owner manages this object; at most one does.", { pointer: true }),
    blockOwnerDeletion: field(7, boolean(), "Whether a foreground deletion of the owner waits for this object.", {
      pointer: true,
    }),
  },
  { map: "atomic" },
);
/** Names an object that this one depends on. */
export interface OwnerReference extends TypeOf<typeof ownerReference> {}
export const OwnerReference: ObjectSchema<OwnerReference> = ownerReference;

const managedFieldsEntry = object(`${META}.ManagedFieldsEntry`, {
  manager: field(1, string(), "Name of the client that owns the fields."),
  operation: field(2, string<"Apply" | "Update">(), "Whether the fields came by apply or by another write."),
  apiVersion: field(3, string(), "Version that the field paths are written in."),
  time: field(4, time(), "When the entry last changed.", { pointer: true }),
  fieldsType: field(6, string(), "Format of the fields; always FieldsV1."),
  fieldsV1: field(7, jsonObject(), "The owned fields as a tree.", { pointer: true }),
  subresource: field(8, string(), "Subresource that the write went through."),
});
/** One manager's set of owned fields. */
export interface ManagedFieldsEntry extends TypeOf<typeof managedFieldsEntry> {}
export const ManagedFieldsEntry: ObjectSchema<ManagedFieldsEntry> = managedFieldsEntry;

const objectMeta = object(`${META}.ObjectMeta`, {
  name: field(1, string(), "Name, unique among objects of its kind in its namespace."),
  generateName: field(2, string(), "Prefix from which the server makes a unique name."),
  namespace: field(3, string(), "Namespace that holds the object; empty for cluster-wide kinds."),
  selfLink: field(4, string(), "No longer filled in.", { stage: "deprecated" }),
  uid: field(5, string(), "Unique in time and space, set by the server."),
  resourceVersion: field(6, string(), "Revision of the last write; for change detection and preconditions."),
  generation: field(7, int64(), "Counts changes of the wanted state."),
  creationTimestamp: field(8, time(), "When the server created the object.", { pointer: true }),
  deletionTimestamp: field(9, time(), "When the object will be or was to be deleted.", { pointer: true }),
  deletionGracePeriodSeconds: field(10, int64(), "Seconds between the deletion call and the removal.", {
    pointer: true,
  }),
  labels: field(11, map(string()), "Keys and values to select objects by."),
  annotations: field(12, map(string()), "Keys and values for tools; not selectable."),
  ownerReferences: field(
    13,
    array(OwnerReference, { list: "map", keys: ["uid"], patch: "merge", mergeKey: "uid", duplicates: "allow" }),
    "Objects that this one depends on.",
  ),
  finalizers: field(
    14,
    array(string(), { list: "set", patch: "merge", duplicates: "allow" }),
    "Names that must be removed before the object goes away.",
  ),
  managedFields: field(17, array(ManagedFieldsEntry, { list: "atomic" }), "Which client owns which fields."),
});
/** Metadata of a persisted or wanted object. */
export interface ObjectMeta extends TypeOf<typeof objectMeta> {}
export const ObjectMeta: ObjectSchema<ObjectMeta> = objectMeta;

const listMeta = object(`${META}.ListMeta`, {
  selfLink: field(1, string(), "No longer filled in.", { stage: "deprecated" }),
  resourceVersion: field(2, string(), "Revision that the list reflects."),
  continue: field(3, string(), "Token for the next page; empty on the last."),
  remainingItemCount: field(4, int64(), "How many items follow this page, where known.", { pointer: true }),
});
/** Metadata of a list answer. */
export interface ListMeta extends TypeOf<typeof listMeta> {}
export const ListMeta: ObjectSchema<ListMeta> = listMeta;

const selectorRequirement = object(`${META}.LabelSelectorRequirement`, {
  key: field(1, string(), "Label key that the rule is about.", { required: true }),
  operator: field(2, string(), "In, NotIn, Exists or DoesNotExist.", { required: true }),
  values: field(3, array(string(), { list: "atomic" }), "Values for In and NotIn."),
});
/** One rule of a label selector. */
export interface LabelSelectorRequirement extends TypeOf<typeof selectorRequirement> {}
export const LabelSelectorRequirement: ObjectSchema<LabelSelectorRequirement> = selectorRequirement;

const labelSelector = object(
  `${META}.LabelSelector`,
  {
    matchLabels: field(1, map(string()), "Labels that must be equal."),
    matchExpressions: field(2, array(LabelSelectorRequirement, { list: "atomic" }), "Rules that must all hold."),
  },
  { map: "atomic" },
);
/** Selects objects by labels; empty selects all. */
export interface LabelSelector extends TypeOf<typeof labelSelector> {}
export const LabelSelector: ObjectSchema<LabelSelector> = labelSelector;

const condition = object(`${META}.Condition`, {
  type: field(1, string(), "What the condition is about.", { required: true }),
  status: field(2, string<"True" | "False" | "Unknown">(), "True, False or Unknown.", { required: true }),
  observedGeneration: field(3, int64({ min: 0 }), "Generation that the condition was computed from."),
  lastTransitionTime: field(4, time(), "When the status last changed.", { required: true }),
  reason: field(5, string(), "One CamelCase word that says why.", { required: true }),
  message: field(6, string(), "Details for people.", { required: true, always: true }),
});
/** One aspect of an object's state. */
export interface Condition extends TypeOf<typeof condition> {}
export const Condition: ObjectSchema<Condition> = condition;

/** List rules of condition lists. */
export const conditionList = listOf(Condition, "type");
export const finalizerList = setOf(string());
