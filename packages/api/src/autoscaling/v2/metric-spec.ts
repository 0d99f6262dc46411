// What an autoscaler looks at and what it aims for.
import {
  field,
  int32,
  LabelSelector,
  type ObjectSchema,
  object,
  quantity,
  string,
  type TypeOf,
} from "@knots/machinery";

const G = "io.k8s.api.autoscaling.v2";

const crossVersionObjectReference = object(`${G}.CrossVersionObjectReference`, {
  kind: field(1, string(), "Kind of the object.", { required: true }),
  name: field(2, string(), "Name of the object.", { required: true }),
  apiVersion: field(3, string(), "Group and version of the object."),
});
/** Names an object of any kind in the same namespace. */
export interface CrossVersionObjectReference extends TypeOf<typeof crossVersionObjectReference> {}
export const CrossVersionObjectReference: ObjectSchema<CrossVersionObjectReference> = crossVersionObjectReference;

const metricIdentifier = object(`${G}.MetricIdentifier`, {
  name: field(1, string(), "Name of the metric.", { required: true }),
  selector: field(2, LabelSelector, "Which series of the metric are meant.", { pointer: true }),
});
/** A metric by name and labels. */
export interface MetricIdentifier extends TypeOf<typeof metricIdentifier> {}
export const MetricIdentifier: ObjectSchema<MetricIdentifier> = metricIdentifier;

const metricTarget = object(`${G}.MetricTarget`, {
  type: field(1, string(), "Utilization, Value or AverageValue.", { required: true }),
  value: field(2, quantity(), "Value to aim for.", { pointer: true }),
  averageValue: field(3, quantity(), "Value per pod to aim for.", { pointer: true }),
  averageUtilization: field(4, int32(), "Percentage of the requested resource to aim for.", { pointer: true }),
});
/** What a metric should be. */
export interface MetricTarget extends TypeOf<typeof metricTarget> {}
export const MetricTarget: ObjectSchema<MetricTarget> = metricTarget;

const valued = { required: true, always: true } as const;
const metric = (number: number) => field(number, MetricIdentifier, "Which metric.", valued);
const target = (number: number) => field(number, MetricTarget, "What it should be.", valued);

const objectMetricSource = object(`${G}.ObjectMetricSource`, {
  describedObject: field(1, CrossVersionObjectReference, "Object that the metric is about.", valued),
  target: target(2),
  metric: metric(3),
});
/** A metric of one object. */
export interface ObjectMetricSource extends TypeOf<typeof objectMetricSource> {}
export const ObjectMetricSource: ObjectSchema<ObjectMetricSource> = objectMetricSource;

const podsMetricSource = object(`${G}.PodsMetricSource`, { metric: metric(1), target: target(2) });
/** A metric of each pod, averaged. */
export interface PodsMetricSource extends TypeOf<typeof podsMetricSource> {}
export const PodsMetricSource: ObjectSchema<PodsMetricSource> = podsMetricSource;

const resourceMetricSource = object(`${G}.ResourceMetricSource`, {
  name: field(1, string(), "Name of the resource.", { required: true }),
  target: target(2),
});
/** A resource that pods use. */
export interface ResourceMetricSource extends TypeOf<typeof resourceMetricSource> {}
export const ResourceMetricSource: ObjectSchema<ResourceMetricSource> = resourceMetricSource;

const containerResourceMetricSource = object(`${G}.ContainerResourceMetricSource`, {
  name: field(1, string(), "Name of the resource.", { required: true }),
  target: target(2),
  container: field(3, string(), "Container of the pods that is looked at.", { required: true }),
});
/** A resource that one container of each pod uses. */
export interface ContainerResourceMetricSource extends TypeOf<typeof containerResourceMetricSource> {}
export const ContainerResourceMetricSource: ObjectSchema<ContainerResourceMetricSource> = containerResourceMetricSource;

const externalMetricSource = object(`${G}.ExternalMetricSource`, { metric: metric(1), target: target(2) });
/** A metric from outside the cluster. */
export interface ExternalMetricSource extends TypeOf<typeof externalMetricSource> {}
export const ExternalMetricSource: ObjectSchema<ExternalMetricSource> = externalMetricSource;

const pointer = { pointer: true } as const;
const metricSpec = object(`${G}.MetricSpec`, {
  type: field(1, string(), "Which of the other fields is set.", { required: true }),
  object: field(2, ObjectMetricSource, "A metric of one object.", pointer),
  pods: field(3, PodsMetricSource, "A metric of each pod, averaged.", pointer),
  resource: field(4, ResourceMetricSource, "A resource that pods use.", pointer),
  containerResource: field(
    7,
    ContainerResourceMetricSource,
    "A resource that one container of each pod uses.",
    pointer,
  ),
  external: field(5, ExternalMetricSource, "A metric from outside the cluster.", pointer),
});
/** One thing to scale by. */
export interface MetricSpec extends TypeOf<typeof metricSpec> {}
export const MetricSpec: ObjectSchema<MetricSpec> = metricSpec;
