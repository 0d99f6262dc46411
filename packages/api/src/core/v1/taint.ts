// Taints keep pods off nodes; tolerations let them on.
import { field, int64, type ObjectSchema, object, string, type TypeOf, time } from "@knots/machinery";

const taint = object("io.k8s.api.core.v1.Taint", {
  key: field(1, string(), "", { required: true }),
  value: field(2, string(), ""),
  effect: field(3, string(), "", { required: true }),
  timeAdded: field(4, time(), "", { pointer: true }),
});
export interface Taint extends TypeOf<typeof taint> {}
export const Taint: ObjectSchema<Taint> = taint;

const toleration = object("io.k8s.api.core.v1.Toleration", {
  key: field(1, string(), ""),
  operator: field(2, string(), ""),
  value: field(3, string(), ""),
  effect: field(4, string(), ""),
  tolerationSeconds: field(5, int64(), "", { pointer: true }),
});
export interface Toleration extends TypeOf<typeof toleration> {}
export const Toleration: ObjectSchema<Toleration> = toleration;
