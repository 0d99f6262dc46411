// Rules of autoscalers: bounds in order, metrics with a target that can be met, changes within limits.
import {
  type Check,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  pathSegmentName,
  required,
} from "@knots/machinery";
import { checkText } from "../../checks.ts";
import { isNegative, isPositive } from "../../core/v1/amounts.ts";

interface Target {
  readonly type: string;
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}
interface Named {
  readonly name: string;
}
interface Reference extends Named {
  readonly kind: string;
}
interface Source {
  readonly target: Target;
  readonly metric?: Named;
  readonly name?: string;
  readonly container?: string;
  readonly describedObject?: Reference;
}
interface Metric {
  readonly type: string;
  readonly object?: Source;
  readonly pods?: Source;
  readonly resource?: Source;
  readonly containerResource?: Source;
  readonly external?: Source;
}
interface Spec {
  readonly scaleTargetRef: Reference;
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly metrics?: readonly Metric[];
}

const SOURCES = ["object", "pods", "resource", "containerResource", "external"] as const;
type SourceName = (typeof SOURCES)[number];
const TYPES: Readonly<Record<string, SourceName>> = {
  Object: "object",
  Pods: "pods",
  Resource: "resource",
  ContainerResource: "containerResource",
  External: "external",
};

function* checkTarget(path: FieldPath, target: Target): Iterable<FieldError> {
  if (!["Utilization", "Value", "AverageValue"].includes(target.type)) {
    yield invalid(path.child("type"), target.type, "must be either Utilization, Value, or AverageValue");
  }
  for (const name of ["value", "averageValue"] as const) {
    const amount = target[name];
    if (amount !== undefined && !isPositive(amount)) yield invalid(path.child(name), amount, "must be positive");
  }
  const { averageUtilization } = target;
  if (averageUtilization !== undefined && averageUtilization < 1) {
    yield invalid(path.child("averageUtilization"), averageUtilization, "must be greater than 0");
  }
}

function* checkResourceAmounts(path: FieldPath, { averageValue, averageUtilization }: Target): Iterable<FieldError> {
  if (averageUtilization === undefined && averageValue === undefined) {
    yield required(path.child("averageUtilization"), "must set either a target raw value or a target utilization");
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    yield forbidden(path.child("averageValue"), "may not set both a target raw value and a target utilization");
  }
}

const NEITHER: Readonly<Record<"object" | "external", string>> = {
  object: "must set either a target value or averageValue",
  external: "must set either a target value for metric or a per-pod target",
};

/** Says which amounts of a target a kind of metric needs, and which it cannot have together. */
function* checkAmounts(path: FieldPath, source: SourceName, target: Target): Iterable<FieldError> {
  const { value, averageValue } = target;
  const average = path.child("averageValue");
  if (source === "resource" || source === "containerResource") yield* checkResourceAmounts(path, target);
  else if (source === "pods") {
    if (averageValue === undefined) yield required(average, "must specify a positive target averageValue");
  } else {
    if (value === undefined && averageValue === undefined) yield required(average, NEITHER[source]);
    if (source === "external" && value !== undefined && averageValue !== undefined) {
      yield forbidden(path.child("value"), "may not set both a target value for metric and a per-pod target");
    }
  }
}

function* checkMetricName(path: FieldPath, name: string): Iterable<FieldError> {
  if (name === "") yield required(path, "must specify a metric name");
  else yield* checkText(path, name, pathSegmentName);
}

function* checkReference(path: FieldPath, { kind, name }: Reference): Iterable<FieldError> {
  yield* checkText(path.child("kind"), kind, pathSegmentName);
  yield* checkText(path.child("name"), name, pathSegmentName);
}

function* checkSource(path: FieldPath, name: SourceName, source: Source): Iterable<FieldError> {
  const { target, metric, describedObject } = source;
  if (describedObject) yield* checkReference(path.child("describedObject"), describedObject);
  if (metric) yield* checkMetricName(path.child("metric", "name"), metric.name);
  yield* checkTarget(path.child("target"), target);
  yield* checkAmounts(path.child("target"), name, target);
}

function* checkMetric(path: FieldPath, metric: Metric): Iterable<FieldError> {
  const wanted = TYPES[metric.type];
  if (!wanted) {
    yield notSupported(path.child("type"), metric.type, Object.keys(TYPES));
    return;
  }
  const present = SOURCES.filter((name) => metric[name] !== undefined);
  const [first] = present;
  const source = first && metric[first];
  if (first && source) yield* checkSource(path.child(first), first, source);
  if (!present.includes(wanted)) {
    yield required(path.child(wanted), "must populate information for the given metric source");
  }
  if (present.length < 2) return;
  for (const name of present.filter((one) => one !== wanted)) {
    yield forbidden(path.child(name), "must populate the given metric source only");
  }
}

/** Bounds in order, and metrics of one source each. */
export const scalesSomething: Check<Spec> = function* (spec, { path }) {
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [] } = spec;
  if (minReplicas !== undefined && minReplicas < 1) {
    yield invalid(path.child("minReplicas"), minReplicas, "must be greater than or equal to 1");
  }
  const most = path.child("maxReplicas");
  if (maxReplicas < 1) yield invalid(most, maxReplicas, "must be greater than 0");
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    yield invalid(most, maxReplicas, "must be greater than or equal to `minReplicas`");
  }
  if (scaleTargetRef) yield* checkReference(path.child("scaleTargetRef"), scaleTargetRef);
  for (const [index, metric] of metrics.entries()) yield* checkMetric(path.child("metrics").index(index), metric);
};

const LONGEST_PERIOD = 1800;
const LONGEST_WINDOW = 3600;

/** A policy allows some change within at most half an hour. */
export const boundedPolicy: Check<{ readonly value: number; readonly periodSeconds: number }> = function* (
  { value, periodSeconds },
  { path },
) {
  if (value <= 0) yield invalid(path.child("value"), value, "must be greater than zero");
  const at = path.child("periodSeconds");
  if (periodSeconds <= 0) yield invalid(at, periodSeconds, "must be greater than zero");
  if (periodSeconds > LONGEST_PERIOD) {
    yield invalid(at, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD}`);
  }
};

interface Rules {
  readonly stabilizationWindowSeconds?: number;
  readonly policies?: readonly unknown[];
  readonly tolerance?: string;
}

/** Looking back at most an hour, with one policy at least. */
export const boundedRules: Check<Rules> = function* ({ stabilizationWindowSeconds, policies, tolerance }, { path }) {
  const window = path.child("stabilizationWindowSeconds");
  if (stabilizationWindowSeconds !== undefined && stabilizationWindowSeconds < 0) {
    yield invalid(window, stabilizationWindowSeconds, "must be greater than or equal to zero");
  }
  if (stabilizationWindowSeconds !== undefined && stabilizationWindowSeconds > LONGEST_WINDOW) {
    yield invalid(window, stabilizationWindowSeconds, `must be less than or equal to ${LONGEST_WINDOW}`);
  }
  if ((policies ?? []).length === 0) yield required(path.child("policies"), "must specify at least one Policy");
  if (tolerance !== undefined && isNegative(tolerance)) {
    yield invalid(path.child("tolerance"), tolerance, "must be greater or equal to zero");
  }
};
