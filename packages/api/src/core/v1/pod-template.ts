// What a new pod looks like.
import { field, ObjectMeta, type ObjectSchema, object, type TypeOf } from "@knots/machinery";
import { OpenPodSpec, PodSpec } from "./pod-spec.ts";

const podTemplateFields = {
  metadata: field(1, ObjectMeta, "Labels and annotations of new pods.", { always: true }),
};
const podTemplateSpec = object("io.k8s.api.core.v1.PodTemplateSpec", {
  ...podTemplateFields,
  spec: field(2, PodSpec, "What new pods should be.", { required: true, undeclared: true, always: true, default: {} }),
});
/** What a new pod looks like. */
export interface PodTemplateSpec extends TypeOf<typeof podTemplateSpec> {}
export const PodTemplateSpec: ObjectSchema<PodTemplateSpec> = podTemplateSpec;

/** A template whose pods get further volumes. */
export const OpenPodTemplateSpec: ObjectSchema<PodTemplateSpec> = object("io.k8s.api.core.v1.PodTemplateSpec", {
  ...podTemplateFields,
  spec: field(2, OpenPodSpec, "What new pods should be.", {
    required: true,
    undeclared: true,
    always: true,
    default: {},
  }),
});
