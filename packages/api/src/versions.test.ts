// Kinds that are served in two versions: what goes to the hub and comes back is the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDefaults, decodeObject, isApiError, type Json, type KubeObject } from "@knots/machinery";
import { HorizontalPodAutoscalerV1 } from "./autoscaling/v1/horizontal-pod-autoscaler.ts";
import { HorizontalPodAutoscaler } from "./autoscaling/v2/horizontal-pod-autoscaler.ts";
import { Event } from "./core/v1/event.ts";
import { EventsV1Event } from "./events/v1/event.ts";

const { conversion: scaling } = HorizontalPodAutoscalerV1;
const { conversion: noting } = EventsV1Event;
assert.ok(scaling && noting);

const target = { kind: "Deployment", name: "web", apiVersion: "apps/v1" };
const selector = { matchLabels: { queue: "q" } };
const metrics = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
  { type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } } },
  {
    type: "ContainerResource",
    containerResource: { name: "cpu", container: "main", target: { type: "Utilization", averageUtilization: 50 } },
  },
  { type: "Pods", pods: { metric: { name: "hits", selector }, target: { type: "AverageValue", averageValue: "10" } } },
  {
    type: "Object",
    object: { describedObject: target, metric: { name: "rate" }, target: { type: "Value", value: "5" } },
  },
  {
    type: "External",
    external: { metric: { name: "depth", selector }, target: { type: "AverageValue", averageValue: "3" } },
  },
];
const hub = applyDefaults(
  HorizontalPodAutoscaler.schema,
  decodeObject(HorizontalPodAutoscaler.schema, {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "a", annotations: { mine: "stays" } },
    spec: {
      scaleTargetRef: target,
      minReplicas: 2,
      maxReplicas: 9,
      metrics,
      behavior: { scaleDown: { stabilizationWindowSeconds: 60, tolerance: "100m" } },
    },
    status: {
      observedGeneration: 1,
      currentReplicas: 2,
      desiredReplicas: 3,
      lastScaleTime: "2026-01-01T00:00:00Z",
      currentMetrics: [
        { type: "Resource", resource: { name: "cpu", current: { averageUtilization: 12, averageValue: "120m" } } },
        { type: "Pods", pods: { metric: { name: "hits" }, current: { averageValue: "4" } } },
      ],
      conditions: [{ type: "AbleToScale", status: "True", reason: "Ready" }],
    },
  }),
) as unknown as KubeObject;

test("an autoscaler comes back from its first version as it was", () => {
  const first = scaling.fromHub(hub);
  assert.deepEqual(Object.keys(first.metadata.annotations ?? {}).sort(), [
    "autoscaling.alpha.kubernetes.io/behavior",
    "autoscaling.alpha.kubernetes.io/conditions",
    "autoscaling.alpha.kubernetes.io/current-metrics",
    "autoscaling.alpha.kubernetes.io/metrics",
    "mine",
  ]);
  assert.deepEqual(scaling.toHub(first), hub);
});

test("the first version's own fields are enough", () => {
  const spec = { scaleTargetRef: target, maxReplicas: 3, targetCPUUtilizationPercentage: 70 };
  const back = scaling.toHub({ metadata: { name: "a" }, spec } as KubeObject) as unknown as { readonly spec: object };
  assert.deepEqual(back.spec, {
    scaleTargetRef: target,
    maxReplicas: 3,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
  });
});

const texts: readonly string[] = [
  "{",
  '[{"type":3}]',
  '[{"type":"Pods","pods":7}]',
  "7",
  "[null]",
  '[{"resource":[]}]',
];
test("what stands in an annotation is refused or understood, whatever it is", () => {
  for (const text of texts) {
    const annotations = { "autoscaling.alpha.kubernetes.io/metrics": text };
    const object = { metadata: { annotations }, spec: { scaleTargetRef: target, maxReplicas: 1 } };
    try {
      scaling.toHub(object);
    } catch (error) {
      assert.ok(isApiError(error, "BadRequest"), `${text}: ${String(error)}`);
    }
  }
});

test("an event has its names in each group, and the same values", () => {
  const core = decodeObject(Event.schema, {
    metadata: { name: "e", namespace: "default" },
    involvedObject: { kind: "Pod", name: "web" },
    message: "It was pulled.",
    reason: "Pulled",
    count: 3,
    firstTimestamp: "2026-01-01T00:00:00Z",
    source: { component: "kubelet" },
    reportingComponent: "kubelet",
  }) as unknown as KubeObject;
  const own = noting.fromHub(core) as unknown as Readonly<Record<string, unknown>>;
  assert.deepEqual([own["note"], own["deprecatedCount"], own["reportingController"]], ["It was pulled.", 3, "kubelet"]);
  assert.deepEqual(own["regarding"], { kind: "Pod", name: "web" });
  assert.deepEqual(decodeObject(Event.schema, noting.toHub(own as never) as unknown as Json), core);
});
