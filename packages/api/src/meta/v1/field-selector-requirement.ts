// One rule of a field selector.
import { atomicList, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const fieldSelectorRequirement = object("io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement", {
  key: field(1, string(), "Field that the rule is about.", { required: true }),
  operator: field(2, string(), "In, NotIn, Exists or DoesNotExist.", { required: true }),
  values: field(3, atomicList(string()), "Values to compare with."),
});
/** One rule about a field. */
export interface FieldSelectorRequirement extends TypeOf<typeof fieldSelectorRequirement> {}
export const FieldSelectorRequirement: ObjectSchema<FieldSelectorRequirement> = fieldSelectorRequirement;
