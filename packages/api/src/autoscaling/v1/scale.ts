// Scale: the replica count of a workload, read and written alone.
import {
  age,
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
import { count, type Shown } from "../../columns.ts";

const scaleSpec = object("io.k8s.api.autoscaling.v1.ScaleSpec", {
  replicas: field(1, int32({ min: 0 }), "How many replicas should run."),
});
/** What the replica count should be. */
export interface ScaleSpec extends TypeOf<typeof scaleSpec> {}
export const ScaleSpec: ObjectSchema<ScaleSpec> = scaleSpec;

const scaleStatus = object("io.k8s.api.autoscaling.v1.ScaleStatus", {
  replicas: field(1, int32(), "How many replicas there are.", { required: true, always: true }),
  selector: field(2, string(), "Selector of the pods as text."),
});
/** What the replica count is. */
export interface ScaleStatus extends TypeOf<typeof scaleStatus> {}
export const ScaleStatus: ObjectSchema<ScaleStatus> = scaleStatus;

/** The replica count of a workload. */
export const Scale = kind({
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  plural: "scales",
  scope: "Namespaced",
  verbs: [],
  doc: "The replica count of a workload.",
  definition: "io.k8s.api.autoscaling.v1.Scale",
  fields: {
    spec: field(2, ScaleSpec, "The wanted count.", { always: true }),
    status: field(3, ScaleStatus, "The present count.", { always: true }),
  },
  columns: [
    count("Desired", "Replicas that are wanted.", ({ spec }: Shown<ScaleSpec | undefined>) => spec?.replicas),
    count("Available", "Replicas that there are.", ({ status }: Shown<unknown, ScaleStatus>) => status?.replicas),
    age(),
  ],
  checkName: dns1123Subdomain,
});
export interface Scale extends ObjectOf<typeof Scale> {}
