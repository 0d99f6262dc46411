// DeleteOptions: how an object is to be deleted.
import { atomicList, boolean, field, int64, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const preconditions = object("io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions", {
  uid: field(1, string(), "UID that it must have.", { pointer: true }),
  resourceVersion: field(2, string(), "Revision that it must have.", { pointer: true }),
});
/** What must be true of an object for it to be deleted. */
export interface Preconditions extends TypeOf<typeof preconditions> {}
export const Preconditions: ObjectSchema<Preconditions> = preconditions;

const deleteOptions = object("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions", {
  apiVersion: field(0, string(), "Group and version of this object's schema."),
  kind: field(0, string(), "Name of this object's schema."),
  gracePeriodSeconds: field(1, int64({ min: 0 }), "Seconds until it is removed; zero means at once.", {
    pointer: true,
  }),
  preconditions: field(2, Preconditions, "What must be true of it.", { pointer: true }),
  orphanDependents: field(3, boolean(), "Whether dependents stay; use propagationPolicy instead.", {
    pointer: true,
    stage: "deprecated",
  }),
  propagationPolicy: field(4, string({ enum: ["Orphan", "Background", "Foreground"] }), "What happens to dependents.", {
    pointer: true,
  }),
  dryRun: field(5, atomicList(string()), "All, to try without effect."),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(
    6,
    boolean(),
    "Whether an object that cannot be read is deleted anyway.",
    { pointer: true },
  ),
});
/** How an object is to be deleted. */
export interface DeleteOptions extends TypeOf<typeof deleteOptions> {}
export const DeleteOptions: ObjectSchema<DeleteOptions> = deleteOptions;
