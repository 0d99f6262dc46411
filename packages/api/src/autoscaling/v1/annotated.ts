// Metrics and behavior in the form in which annotations of the first version hold them.
import { isObject, type Json, type JsonObject } from "@knots/machinery";
import type { MetricSpec, MetricTarget } from "../v2/metric-spec.ts";
import type { MetricStatus } from "../v2/metric-status.ts";
import type { HorizontalPodAutoscalerBehavior } from "../v2/scaling-rules.ts";

const present = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const part = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const whole = (fields: Readonly<Record<string, unknown>>): JsonObject => present(fields) as JsonObject;

/** A metric with its target, flat. */
export function metricToText(metric: MetricSpec): object {
  const { type, object, pods, resource, containerResource, external } = metric;
  const use = ({ averageUtilization, averageValue }: MetricTarget): object =>
    present({ targetAverageUtilization: averageUtilization, targetAverageValue: averageValue });
  return present({
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? "0",
      ...present({ selector: object.metric.selector, averageValue: object.target.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric.name,
      ...present({ targetAverageValue: pods.target.averageValue, selector: pods.metric.selector }),
    },
    resource: resource && { name: resource.name, ...use(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...use(containerResource.target),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      ...present({
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
    },
  });
}

/** An amount in all, or per pod where one is given. */
const target = (value: Json | undefined, averageValue: Json | undefined): JsonObject =>
  averageValue === undefined
    ? whole({ type: "Value", value })
    : whole({ type: "AverageValue", averageValue, ...(value !== "0" && { value }) });

function useOf(text: JsonObject): JsonObject {
  const { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue } = text;
  return whole({
    type: averageUtilization === undefined ? "AverageValue" : "Utilization",
    averageUtilization,
    averageValue,
  });
}

/** The same back. Anything may stand in an annotation: the caller checks types. */
export function metricFromText(text: JsonObject): JsonObject {
  const [object, pods, external] = [part(text["object"]), part(text["pods"]), part(text["external"])];
  const [resource, container] = [part(text["resource"]), part(text["containerResource"])];
  const has = (name: string, value: object): object | undefined => (text[name] === undefined ? undefined : value);
  return whole({
    type: text["type"],
    object: has("object", {
      describedObject: object["target"] ?? {},
      metric: present({ name: object["metricName"], selector: object["selector"] }),
      target: target(object["targetValue"], object["averageValue"]),
    }),
    pods: has("pods", {
      metric: present({ name: pods["metricName"], selector: pods["selector"] }),
      target: whole({ type: "AverageValue", averageValue: pods["targetAverageValue"] }),
    }),
    resource: has("resource", present({ name: resource["name"], target: useOf(resource) })),
    containerResource: has(
      "containerResource",
      present({ name: container["name"], container: container["container"], target: useOf(container) }),
    ),
    external: has("external", {
      metric: present({ name: external["metricName"], selector: external["metricSelector"] }),
      target: target(external["targetValue"], external["targetAverageValue"]),
    }),
  });
}

/** What a metric is, flat. */
export function statusToText(metric: MetricStatus): object {
  const { type, object, pods, resource, containerResource, external } = metric;
  const use = ({ averageUtilization, averageValue }: { averageUtilization?: number; averageValue?: string }): object =>
    present({ currentAverageUtilization: averageUtilization, currentAverageValue: averageValue ?? "0" });
  return present({
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      currentValue: object.current.value ?? "0",
      ...present({ selector: object.metric.selector, averageValue: object.current.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? "0",
      ...present({ selector: pods.metric.selector }),
    },
    resource: resource && { name: resource.name, ...use(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...use(containerResource.current),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      currentValue: external.current.value ?? "0",
      ...present({ metricSelector: external.metric.selector, currentAverageValue: external.current.averageValue }),
    },
  });
}

/** The same back. */
export function statusFromText(text: JsonObject): JsonObject {
  const [object, pods, external] = [part(text["object"]), part(text["pods"]), part(text["external"])];
  const [resource, container] = [part(text["resource"]), part(text["containerResource"])];
  const has = (name: string, value: object): object | undefined => (text[name] === undefined ? undefined : value);
  const use = (from: JsonObject): object =>
    present({ averageUtilization: from["currentAverageUtilization"], averageValue: from["currentAverageValue"] });
  return whole({
    type: text["type"],
    object: has("object", {
      describedObject: object["target"] ?? {},
      metric: present({ name: object["metricName"], selector: object["selector"] }),
      current: present({ value: object["currentValue"], averageValue: object["averageValue"] }),
    }),
    pods: has("pods", {
      metric: present({ name: pods["metricName"], selector: pods["selector"] }),
      current: present({ averageValue: pods["currentAverageValue"] }),
    }),
    resource: has("resource", present({ name: resource["name"], current: use(resource) })),
    containerResource: has(
      "containerResource",
      present({ name: container["name"], container: container["container"], current: use(container) }),
    ),
    external: has("external", {
      metric: present({ name: external["metricName"], selector: external["metricSelector"] }),
      current: present({ value: external["currentValue"], averageValue: external["currentAverageValue"] }),
    }),
  });
}

function renamed(value: Json, rename: (key: string) => string): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renamed(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}

/** Behavior stands there with capital names. */
export const behaviorToText = (behavior: HorizontalPodAutoscalerBehavior): Json =>
  renamed(behavior, (key) => key.slice(0, 1).toUpperCase() + key.slice(1));
export const behaviorFromText = (text: JsonObject): Json =>
  renamed(text, (key) => key.slice(0, 1).toLowerCase() + key.slice(1));
