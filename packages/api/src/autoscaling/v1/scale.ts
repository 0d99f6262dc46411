// Scale: the replica count of a workload, read and written alone.
import {
  dns1123Subdomain,
  field,
  int32,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";

const scaleSpec = object("io.k8s.api.autoscaling.v1.ScaleSpec", {
  replicas: field(1, int32(), ""),
});
export interface ScaleSpec extends TypeOf<typeof scaleSpec> {}
export const ScaleSpec: ObjectSchema<ScaleSpec> = scaleSpec;

const scaleStatus = object("io.k8s.api.autoscaling.v1.ScaleStatus", {
  replicas: field(1, int32(), "", { required: true }),
  selector: field(2, string(), ""),
});
export interface ScaleStatus extends TypeOf<typeof scaleStatus> {}
export const ScaleStatus: ObjectSchema<ScaleStatus> = scaleStatus;

/**  */
export const Scale = kind({
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  plural: "scales",
  scope: "Namespaced",
  doc: "",
  definition: "io.k8s.api.autoscaling.v1.Scale",
  fields: {
    spec: field(2, ScaleSpec, "", { pointer: true }),
    status: field(3, ScaleStatus, "", { pointer: true }),
  },
  checkName: dns1123Subdomain,
});
export interface Scale extends ObjectOf<typeof Scale> {}
