// What an autoscaler last saw.
import { field, int32, type ObjectSchema, object, quantity, string, type TypeOf } from "@knots/machinery";
import { CrossVersionObjectReference, MetricIdentifier } from "./metric-spec.ts";

const G = "io.k8s.api.autoscaling.v2";

const metricValueStatus = object(`${G}.MetricValueStatus`, {
  value: field(1, quantity(), "Value now.", { pointer: true }),
  averageValue: field(2, quantity(), "Value per pod now.", { pointer: true }),
  averageUtilization: field(3, int32(), "Percentage of the requested resource now.", { pointer: true }),
});
/** What a metric is. */
export interface MetricValueStatus extends TypeOf<typeof metricValueStatus> {}
export const MetricValueStatus: ObjectSchema<MetricValueStatus> = metricValueStatus;

const valued = { required: true, always: true } as const;
const metric = field(1, MetricIdentifier, "Which metric.", valued);
const current = field(2, MetricValueStatus, "What it is now.", valued);
const name = field(1, string(), "Name of the resource.", { required: true });

const objectMetricStatus = object(`${G}.ObjectMetricStatus`, {
  metric,
  current,
  describedObject: field(3, CrossVersionObjectReference, "Object that the metric is about.", valued),
});
/** A metric of one object. */
export interface ObjectMetricStatus extends TypeOf<typeof objectMetricStatus> {}
export const ObjectMetricStatus: ObjectSchema<ObjectMetricStatus> = objectMetricStatus;

const podsMetricStatus = object(`${G}.PodsMetricStatus`, { metric, current });
/** A metric of each pod, averaged. */
export interface PodsMetricStatus extends TypeOf<typeof podsMetricStatus> {}
export const PodsMetricStatus: ObjectSchema<PodsMetricStatus> = podsMetricStatus;

const resourceMetricStatus = object(`${G}.ResourceMetricStatus`, { name, current });
/** A resource that pods use. */
export interface ResourceMetricStatus extends TypeOf<typeof resourceMetricStatus> {}
export const ResourceMetricStatus: ObjectSchema<ResourceMetricStatus> = resourceMetricStatus;

const containerResourceMetricStatus = object(`${G}.ContainerResourceMetricStatus`, {
  name,
  current,
  container: field(3, string(), "Container of the pods that is looked at.", { required: true }),
});
/** A resource that one container of each pod uses. */
export interface ContainerResourceMetricStatus extends TypeOf<typeof containerResourceMetricStatus> {}
export const ContainerResourceMetricStatus: ObjectSchema<ContainerResourceMetricStatus> = containerResourceMetricStatus;

const externalMetricStatus = object(`${G}.ExternalMetricStatus`, { metric, current });
/** A metric from outside the cluster. */
export interface ExternalMetricStatus extends TypeOf<typeof externalMetricStatus> {}
export const ExternalMetricStatus: ObjectSchema<ExternalMetricStatus> = externalMetricStatus;

const pointer = { pointer: true } as const;
const metricStatus = object(`${G}.MetricStatus`, {
  type: field(1, string(), "Which of the other fields is set.", { required: true }),
  object: field(2, ObjectMetricStatus, "A metric of one object.", pointer),
  pods: field(3, PodsMetricStatus, "A metric of each pod, averaged.", pointer),
  resource: field(4, ResourceMetricStatus, "A resource that pods use.", pointer),
  containerResource: field(
    7,
    ContainerResourceMetricStatus,
    "A resource that one container of each pod uses.",
    pointer,
  ),
  external: field(5, ExternalMetricStatus, "A metric from outside the cluster.", pointer),
});
/** One thing that is scaled by, as last seen. */
export interface MetricStatus extends TypeOf<typeof metricStatus> {}
export const MetricStatus: ObjectSchema<MetricStatus> = metricStatus;
