// DeleteOptions: how an object is to be deleted.
import { atomicList, boolean, field, int64, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const preconditions = object("io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions", {
  uid: field(1, string(), "", { pointer: true }),
  resourceVersion: field(2, string(), "", { pointer: true }),
});
export interface Preconditions extends TypeOf<typeof preconditions> {}
export const Preconditions: ObjectSchema<Preconditions> = preconditions;

const deleteOptions = object("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions", {
  apiVersion: field(0, string(), ""),
  kind: field(0, string(), ""),
  gracePeriodSeconds: field(1, int64(), "", { pointer: true }),
  preconditions: field(2, Preconditions, "", { pointer: true }),
  orphanDependents: field(3, boolean(), "", { pointer: true }),
  propagationPolicy: field(4, string(), "", { pointer: true }),
  dryRun: field(5, atomicList(string()), ""),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(6, boolean(), "", { pointer: true }),
});
export interface DeleteOptions extends TypeOf<typeof deleteOptions> {}
export const DeleteOptions: ObjectSchema<DeleteOptions> = deleteOptions;
