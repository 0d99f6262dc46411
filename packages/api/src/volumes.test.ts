// Volumes and claims, bounds of namespaces, and what tables say of them and of jobs and autoscalers.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyKind, Json } from "@knots/machinery";
import { HorizontalPodAutoscaler } from "./autoscaling/v2/horizontal-pod-autoscaler.ts";
import { Job } from "./batch/v1/job.ts";
import { LimitRange } from "./core/v1/limit-range.ts";
import { PersistentVolume } from "./core/v1/persistent-volume.ts";
import { PersistentVolumeClaim } from "./core/v1/persistent-volume-claim.ts";
import { ResourceQuota } from "./core/v1/resource-quota.ts";
import { cellsOf, errorsOf, filled } from "./errors.fixture.ts";

const claim = (spec: object = {}, status: object = {}): Json =>
  ({ spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec }, status }) as Json;
const bound = { phase: "Bound", capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"] };
const volume = (spec: object): Json => ({
  spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...spec },
});
const limits = (one: object): Json => ({ spec: { limits: [{ type: "Container", ...one }] } });
const quota = (spec: object): Json => ({ spec }) as Json;
const size = (storage: string): object => ({ volumeName: "v", resources: { requests: { storage } } });

const refused: readonly (readonly [string, AnyKind, Json, readonly string[]])[] = [
  [
    "a claim of nothing",
    PersistentVolumeClaim,
    { spec: {} },
    ["spec.accessModes: Required value: at least 1 access mode is required", "spec.resources[storage]: Required value"],
  ],
  [
    "a claim for one pod and many",
    PersistentVolumeClaim,
    claim({ accessModes: ["ReadWriteOncePod", "ReadWriteMany"] }),
    ["spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"],
  ],
  ["a volume without a source", PersistentVolume, volume({}), ["spec: Required value: must specify a volume type"]],
  [
    "a volume in two places",
    PersistentVolume,
    volume({ nfs: { server: "a", path: "/" }, hostPath: { path: "/a" } }),
    ["spec.hostPath: Forbidden: may not specify more than 1 volume type"],
  ],
  [
    "a volume without a size",
    PersistentVolume,
    volume({ hostPath: { path: "/a" }, capacity: { storage: "0" } }),
    ['spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
  ],
  [
    "a local volume of no node",
    PersistentVolume,
    volume({ local: { path: "/a" } }),
    ["metadata.annotations: Required value: Local volume requires node affinity"],
  ],
  [
    "more by default than at most",
    LimitRange,
    limits({ max: { cpu: "1" }, default: { cpu: "2" } }),
    [
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1',
      'spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1',
    ],
  ],
  [
    "defaults of whole pods",
    LimitRange,
    { spec: { limits: [{ type: "Pod", default: { cpu: "1" } }] } },
    ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
  ],
  [
    "half a pod",
    ResourceQuota,
    quota({ hard: { pods: "500m" } }),
    ['spec.hard[pods]: Invalid value: "500m": must be an integer'],
  ],
  [
    "scopes that exclude each other",
    ResourceQuota,
    quota({ hard: { pods: "1" }, scopes: ["Terminating", "NotTerminating"] }),
    ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
  ],
];
for (const [sentence, kind, value, expected] of refused) {
  test(`${kind.kind}: ${sentence}`, () => assert.deepEqual(errorsOf(kind, value), expected));
}

const FROZEN =
  "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
const updates: readonly (readonly [string, AnyKind, Json, Json, readonly string[]])[] = [
  ["a claim is bound", PersistentVolumeClaim, claim(), claim({ volumeName: "v" }, bound), []],
  [
    "a claim is bound elsewhere",
    PersistentVolumeClaim,
    claim({ volumeName: "v" }),
    claim({ volumeName: "w" }),
    [FROZEN],
  ],
  ["a bound claim grows", PersistentVolumeClaim, claim(size("1Gi"), bound), claim(size("2Gi"), bound), []],
  [
    "a bound claim shrinks below what it has",
    PersistentVolumeClaim,
    claim(size("2Gi"), bound),
    claim(size("1Gi"), bound),
    ["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"],
  ],
  ["an unbound claim grows", PersistentVolumeClaim, claim(), claim(size("2Gi")), [FROZEN]],
  [
    "a volume moves",
    PersistentVolume,
    volume({ hostPath: { path: "/a" } }),
    volume({ hostPath: { path: "/b" } }),
    ["spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation"],
  ],
  [
    "a quota counts something else",
    ResourceQuota,
    quota({ hard: { pods: "1" } }),
    quota({ hard: { pods: "1" }, scopes: ["BestEffort"] }),
    ['spec.scopes: Invalid value: ["BestEffort"]: field is immutable'],
  ],
];
for (const [sentence, kind, before, now, expected] of updates) {
  test(`update of ${kind.kind}: ${sentence}`, () => assert.deepEqual(errorsOf(kind, now, before), expected));
}

test("the most and the least of containers are their defaults", () => {
  const { spec } = filled(LimitRange, limits({ max: { cpu: "1" }, min: { memory: "1Gi" } })) as {
    readonly spec: { readonly limits: readonly object[] };
  };
  assert.deepEqual(spec.limits[0], {
    type: "Container",
    max: { cpu: "1" },
    min: { memory: "1Gi" },
    default: { cpu: "1" },
    defaultRequest: { cpu: "1", memory: "1Gi" },
  });
});

const now = Date.parse("2026-01-01T00:10:00Z");
const metadata = { name: "x", creationTimestamp: "2026-01-01T00:00:00Z" };
const shown = (kind: AnyKind, value: Json, ...names: readonly string[]): readonly Json[] => {
  const cells = cellsOf(kind, { metadata, spec: {}, ...(value as object) }, now);
  return names.map((name) => cells[name] ?? null);
};

test("a bound claim shows its volume", () =>
  assert.deepEqual(
    shown(PersistentVolumeClaim, claim({ volumeName: "v" }, bound), "Status", "Volume", "Capacity", "Access Modes"),
    ["Bound", "v", "1Gi", "RWO"],
  ));

test("a quota shows what is used of what may be", () => {
  const status = { hard: { pods: "10", "limits.cpu": "4" }, used: { pods: "3", "limits.cpu": "500m" } };
  assert.deepEqual(shown(ResourceQuota, { status }, "Request", "Limit"), ["pods: 3/10", "limits.cpu: 500m/4"]);
});

const jobs: readonly (readonly [string, object, readonly string[]])[] = [
  ["that runs", { startTime: "2026-01-01T00:05:00Z" }, ["Running", "0/2", "5m"]],
  [
    "that is complete",
    {
      conditions: [{ type: "Complete", status: "True" }],
      succeeded: 2,
      startTime: "2026-01-01T00:01:00Z",
      completionTime: "2026-01-01T00:01:30Z",
    },
    ["Complete", "2/2", "30s"],
  ],
  ["that waits", { conditions: [{ type: "Suspended", status: "True" }] }, ["Suspended", "0/2", ""]],
];
for (const [what, status, expected] of jobs) {
  test(`a job ${what}`, () =>
    assert.deepEqual(
      shown(Job, { spec: { completions: 2 }, status } as Json, "Status", "Completions", "Duration"),
      expected,
    ));
}

test("an autoscaler shows each metric as it is, of what it should be", () => {
  const value = {
    spec: {
      scaleTargetRef: { kind: "Deployment", name: "web" },
      maxReplicas: 5,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
        { type: "External", external: { metric: { name: "q" }, target: { type: "AverageValue", averageValue: "30" } } },
        { type: "Pods", pods: { metric: { name: "p" }, target: { type: "AverageValue", averageValue: "1" } } },
      ],
    },
    status: {
      desiredReplicas: 1,
      currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 12 } } }],
    },
  };
  assert.deepEqual(shown(HorizontalPodAutoscaler, value, "Targets"), ["cpu: 12%/80%, <unknown>/30 (avg) + 1 more..."]);
});
