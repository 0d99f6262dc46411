// What a request wants to do.
import {
  atomicList,
  field,
  LabelSelectorRequirement,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { FieldSelectorRequirement } from "../../meta/v1/field-selector-requirement.ts";

const fieldSelectorAttributes = object("io.k8s.api.authorization.v1.FieldSelectorAttributes", {
  rawSelector: field(1, string(), "Selector as in a query."),
  requirements: field(2, atomicList(FieldSelectorRequirement), "The same selector as rules."),
});
/** Narrows an access to fields. */
export interface FieldSelectorAttributes extends TypeOf<typeof fieldSelectorAttributes> {}
export const FieldSelectorAttributes: ObjectSchema<FieldSelectorAttributes> = fieldSelectorAttributes;

const labelSelectorAttributes = object("io.k8s.api.authorization.v1.LabelSelectorAttributes", {
  rawSelector: field(1, string(), "Selector as in a query."),
  requirements: field(2, atomicList(LabelSelectorRequirement), "The same selector as rules."),
});
/** Narrows an access to labels. */
export interface LabelSelectorAttributes extends TypeOf<typeof labelSelectorAttributes> {}
export const LabelSelectorAttributes: ObjectSchema<LabelSelectorAttributes> = labelSelectorAttributes;

const resourceAttributes = object("io.k8s.api.authorization.v1.ResourceAttributes", {
  namespace: field(1, string(), "Namespace of the object; empty for all or none."),
  verb: field(2, string(), "Verb, such as get or list; * for all."),
  group: field(3, string(), "Group of the resource; * for all."),
  version: field(4, string(), "Version of the resource; * for all."),
  resource: field(5, string(), "Resource; * for all."),
  subresource: field(6, string(), "Subresource; empty for none."),
  name: field(7, string(), "Name of the object; empty for all."),
  fieldSelector: field(8, FieldSelectorAttributes, "Fields that narrow the access.", { pointer: true }),
  labelSelector: field(9, LabelSelectorAttributes, "Labels that narrow the access.", { pointer: true }),
});
/** An access to a resource. */
export interface ResourceAttributes extends TypeOf<typeof resourceAttributes> {}
export const ResourceAttributes: ObjectSchema<ResourceAttributes> = resourceAttributes;

const nonResourceAttributes = object("io.k8s.api.authorization.v1.NonResourceAttributes", {
  path: field(1, string(), "Path of the URL."),
  verb: field(2, string(), "HTTP method in lower case."),
});
/** An access to a path that is no resource. */
export interface NonResourceAttributes extends TypeOf<typeof nonResourceAttributes> {}
export const NonResourceAttributes: ObjectSchema<NonResourceAttributes> = nonResourceAttributes;
