// One rule of a field selector.
import { atomicList, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const fieldSelectorRequirement = object("io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement", {
  key: field(1, string(), "", { required: true }),
  operator: field(2, string(), "", { required: true }),
  values: field(3, atomicList(string()), ""),
});
export interface FieldSelectorRequirement extends TypeOf<typeof fieldSelectorRequirement> {}
export const FieldSelectorRequirement: ObjectSchema<FieldSelectorRequirement> = fieldSelectorRequirement;
