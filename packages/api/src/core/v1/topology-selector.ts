// Topologies by label, as storage classes choose them.
import { atomicList, field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const topologySelectorLabelRequirement = object("io.k8s.api.core.v1.TopologySelectorLabelRequirement", {
  key: field(1, string(), "Label of the node.", { required: true }),
  values: field(2, atomicList(string()), "Values of which one must match.", { required: true }),
});
/** Values that one label of a topology may have. */
export interface TopologySelectorLabelRequirement extends TypeOf<typeof topologySelectorLabelRequirement> {}
export const TopologySelectorLabelRequirement: ObjectSchema<TopologySelectorLabelRequirement> =
  topologySelectorLabelRequirement;

const topologySelectorTerm = object(
  "io.k8s.api.core.v1.TopologySelectorTerm",
  {
    matchLabelExpressions: field(1, atomicList(TopologySelectorLabelRequirement), "Labels that must all match."),
  },
  { map: "atomic" },
);
/** A set of topologies. */
export interface TopologySelectorTerm extends TypeOf<typeof topologySelectorTerm> {}
export const TopologySelectorTerm: ObjectSchema<TopologySelectorTerm> = topologySelectorTerm;
