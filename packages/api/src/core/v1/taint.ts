// Taints keep pods off nodes; tolerations let them on.
import {
  field,
  int64,
  labelValue,
  type ObjectSchema,
  object,
  qualifiedName,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { consistentToleration } from "./taint-checks.ts";

const taint = object("io.k8s.api.core.v1.Taint", {
  key: field(1, string({ check: qualifiedName }), "Name of the taint.", { required: true }),
  value: field(2, string({ check: labelValue }), "Value that tolerations are compared with."),
  effect: field(
    3,
    string({ enum: ["NoSchedule", "PreferNoSchedule", "NoExecute"] }),
    "What happens to pods that do not tolerate the taint.",
    { required: true },
  ),
  timeAdded: field(4, time(), "When the taint was added.", { pointer: true }),
});
/** Keeps pods off a node that do not tolerate it. */
export interface Taint extends TypeOf<typeof taint> {}
export const Taint: ObjectSchema<Taint> = taint;

const toleration = object("io.k8s.api.core.v1.Toleration", {
  key: field(1, string(), "Taint key that is tolerated; empty means all keys."),
  operator: field(2, string({ enum: ["Exists", "Equal", "Lt", "Gt"] }), "Exists, Equal, Lt or Gt; Equal when empty."),
  value: field(3, string(), "Taint value that is tolerated; empty with Exists."),
  effect: field(
    4,
    string({ enum: ["NoSchedule", "PreferNoSchedule", "NoExecute"] }),
    "Taint effect that is tolerated; empty means all effects.",
  ),
  tolerationSeconds: field(5, int64(), "How long a NoExecute taint is tolerated; absent means for ever.", {
    pointer: true,
  }),
});
/** Lets a pod run on nodes with a matching taint. */
export interface Toleration extends TypeOf<typeof toleration> {}
export const Toleration: ObjectSchema<Toleration> = toleration.check(consistentToleration);
