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
  rawSelector: field(1, string(), ""),
  requirements: field(2, atomicList(FieldSelectorRequirement), ""),
});
export interface FieldSelectorAttributes extends TypeOf<typeof fieldSelectorAttributes> {}
export const FieldSelectorAttributes: ObjectSchema<FieldSelectorAttributes> = fieldSelectorAttributes;

const labelSelectorAttributes = object("io.k8s.api.authorization.v1.LabelSelectorAttributes", {
  rawSelector: field(1, string(), ""),
  requirements: field(2, atomicList(LabelSelectorRequirement), ""),
});
export interface LabelSelectorAttributes extends TypeOf<typeof labelSelectorAttributes> {}
export const LabelSelectorAttributes: ObjectSchema<LabelSelectorAttributes> = labelSelectorAttributes;

const resourceAttributes = object("io.k8s.api.authorization.v1.ResourceAttributes", {
  namespace: field(1, string(), ""),
  verb: field(2, string(), ""),
  group: field(3, string(), ""),
  version: field(4, string(), ""),
  resource: field(5, string(), ""),
  subresource: field(6, string(), ""),
  name: field(7, string(), ""),
  fieldSelector: field(8, FieldSelectorAttributes, "", { pointer: true }),
  labelSelector: field(9, LabelSelectorAttributes, "", { pointer: true }),
});
export interface ResourceAttributes extends TypeOf<typeof resourceAttributes> {}
export const ResourceAttributes: ObjectSchema<ResourceAttributes> = resourceAttributes;

const nonResourceAttributes = object("io.k8s.api.authorization.v1.NonResourceAttributes", {
  path: field(1, string(), ""),
  verb: field(2, string(), ""),
});
export interface NonResourceAttributes extends TypeOf<typeof nonResourceAttributes> {}
export const NonResourceAttributes: ObjectSchema<NonResourceAttributes> = nonResourceAttributes;
