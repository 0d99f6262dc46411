// Fields that are the server's own and nobody else's.
import { setOfPaths } from "./field-set.ts";

const META = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "clusterName",
  "generation",
  "managedFields",
  "resourceVersion",
];

/** Type, identity and what the server counts: no manager owns them. */
export const SERVER_FIELDS = setOfPaths(
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...META.map((name) => ["f:metadata", `f:${name}`]),
);
