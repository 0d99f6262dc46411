// Rules and defaults of workloads, jobs, autoscalers, budgets and priorities, in the words that users see.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyKind, applyDefaults, decodeObject, type Json } from "@knots/machinery";
import { DaemonSet } from "./apps/v1/daemon-set.ts";
import { StatefulSet } from "./apps/v1/stateful-set.ts";
import { HorizontalPodAutoscaler } from "./autoscaling/v2/horizontal-pod-autoscaler.ts";
import { CronJob } from "./batch/v1/cron-job.ts";
import { Job } from "./batch/v1/job.ts";
import { ReplicationController } from "./core/v1/replication-controller.ts";
import { errorsOf } from "./errors.fixture.ts";
import { PodDisruptionBudget } from "./policy/v1/pod-disruption-budget.ts";
import { PriorityClass } from "./scheduling/v1/priority-class.ts";

const labels = { app: "a" };
const selector = { matchLabels: labels };
const containers = [{ name: "main", image: "a:1" }];
const template = (spec: object = {}, own: object = labels): object => ({
  metadata: { labels: own },
  spec: { containers, ...spec },
});
const ending = template({ restartPolicy: "Never" });
const jobLabels = { ...labels, "controller-uid": "u", "job-name": "j" };
const job = (spec: object = {}, more: object = {}): Json =>
  ({
    metadata: { name: "j", uid: "u" },
    spec: {
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u" } },
      template: template({ restartPolicy: "Never" }, { ...jobLabels, "batch.kubernetes.io/controller-uid": "u" }),
      ...spec,
    },
    ...more,
  }) as Json;
const cron = (spec: object): Json =>
  ({ spec: { schedule: "@daily", jobTemplate: { spec: { template: ending } }, ...spec } }) as Json;
const daemons = (spec: object): Json => ({ spec: { selector, template: template(), ...spec } }) as Json;
const hpa = (spec: object): Json => ({
  spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5, ...spec },
});
const metric = (one: object): Json => hpa({ metrics: [one] });
const M = "spec.metrics[0]";

const refused: readonly (readonly [string, AnyKind, Json, readonly string[]])[] = [
  [
    "a controller without a template",
    ReplicationController,
    { spec: { selector: labels } },
    ["spec.template: Required value"],
  ],
  ["daemons that are updated", DaemonSet, daemons({}), []],
  [
    "daemons that may neither be missing nor too many",
    DaemonSet,
    daemons({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
    ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
  ],
  ["a set whose mounts are claims", StatefulSet, sets({ mounts: "data" }), []],
  [
    "a set whose mounts are nothing",
    StatefulSet,
    sets({ mounts: "other" }),
    ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"'],
  ],
  [
    "a set in no order",
    StatefulSet,
    sets({ podManagementPolicy: "Random" }),
    ["spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'"],
  ],
  ["a plain job", Job, job(), []],
  [
    "a job whose pods never end",
    Job,
    job({
      template: template({ restartPolicy: "Always" }, { ...jobLabels, "batch.kubernetes.io/controller-uid": "u" }),
    }),
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  [
    "indexes without a number of them",
    Job,
    job({ completionMode: "Indexed", parallelism: 2 }),
    ["spec.completions: Required value: when completion mode is Indexed"],
  ],
  [
    "failures by index without indexes",
    Job,
    job({ backoffLimitPerIndex: 1 }),
    ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
  ],
  [
    "a failure policy about an unknown container",
    Job,
    job({
      podFailurePolicy: {
        rules: [{ action: "Count", onExitCodes: { containerName: "x", operator: "In", values: [1] } }],
      },
    }),
    [
      'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
    ],
  ],
  [
    "a failure policy about zero",
    Job,
    job({ podFailurePolicy: { rules: [{ action: "Count", onExitCodes: { operator: "In", values: [0] } }] } }),
    ["spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator"],
  ],
  [
    "a selector made by hand unsaid",
    Job,
    job({ template: template({ restartPolicy: "Never" }) }),
    [
      "spec.template.metadata.labels[controller-uid]: Required value: must be 'u'",
      "spec.template.metadata.labels[job-name]: Required value: must be 'j'",
      'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
    ],
  ],
  ["a job a day", CronJob, cron({}), []],
  [
    "a time zone in the schedule",
    CronJob,
    cron({ schedule: "TZ=UTC 0 0 * * *" }),
    [
      'spec.schedule: Invalid value: "TZ=UTC 0 0 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
  ],
  [
    "a time zone of nowhere",
    CronJob,
    cron({ timeZone: "Mars/Olympus" }),
    ['spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'],
  ],
  [
    "jobs with a selector of their own",
    CronJob,
    cron({ jobTemplate: { spec: { template: ending, selector } } }),
    ['spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"app":"a"}}: `selector` will be auto-generated'],
  ],
  [
    "more pods at least than at most",
    HorizontalPodAutoscaler,
    hpa({ minReplicas: 6 }),
    ["spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`"],
  ],
  [
    "a metric of a type without its source",
    HorizontalPodAutoscaler,
    metric({ type: "Pods" }),
    [`${M}.pods: Required value: must populate information for the given metric source`],
  ],
  [
    "a resource without a target",
    HorizontalPodAutoscaler,
    metric({ type: "Resource", resource: { name: "cpu", target: { type: "Utilization" } } }),
    [
      `${M}.resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization`,
    ],
  ],
  [
    "a change over too long a time",
    HorizontalPodAutoscaler,
    hpa({ behavior: { scaleUp: { policies: [{ type: "Pods", value: 1, periodSeconds: 3600 }] } } }),
    ["spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 3600: must be less than or equal to 1800"],
  ],
  [
    "a budget of more than all",
    PodDisruptionBudget,
    { spec: { minAvailable: "120%" } },
    ['spec.minAvailable: Invalid value: "120%": must not be greater than 100%'],
  ],
  [
    "a class with a name of the system",
    PriorityClass,
    { metadata: { name: "system-mine" }, value: 5 },
    [
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
    ],
  ],
  [
    "a class above everybody",
    PriorityClass,
    { metadata: { name: "mine" }, value: 1_000_000_001 },
    ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
  ],
];

function sets({ mounts, ...spec }: { readonly mounts?: string; readonly [name: string]: unknown }): Json {
  const volumeMounts = mounts === undefined ? [] : [{ name: mounts, mountPath: "/d" }];
  const pod = template({ containers: [{ ...containers[0], volumeMounts }] });
  return { spec: { selector, template: pod, volumeClaimTemplates: [{ metadata: { name: "data" } }], ...spec } } as Json;
}

for (const [sentence, kind, value, expected] of refused) {
  test(`${kind.kind}: ${sentence}`, () => assert.deepEqual(errorsOf(kind, value), expected));
}

const suspended = (spec: object, status: object = {}): Json => job({ suspend: true, ...spec }, { status });
const scheduled = template(
  { restartPolicy: "Never", nodeSelector: { disk: "ssd" } },
  { ...jobLabels, "batch.kubernetes.io/controller-uid": "u" },
);
const indexed = { completionMode: "Indexed", completions: 2, parallelism: 2 };

const updates: readonly (readonly [string, AnyKind, Json, Json, readonly (string | RegExp)[]])[] = [
  ["a set grows and gets a new template", StatefulSet, sets({}), sets({ replicas: 3, mounts: "data" }), []],
  [
    "a set gets other claims",
    StatefulSet,
    sets({}),
    sets({ volumeClaimTemplates: [] }),
    [/^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'/],
  ],
  ["a job runs more pods at once", Job, job(), job({ completions: 1, parallelism: 3 }), []],
  [
    "a job wants more successes",
    Job,
    job({ completions: 1 }),
    job({ completions: 2 }),
    ["spec.completions: Invalid value: 2: field is immutable"],
  ],
  ["an indexed job grows", Job, job(indexed), job({ ...indexed, completions: 3, parallelism: 3 }), []],
  [
    "an indexed job grows in one number alone",
    Job,
    job(indexed),
    job({ ...indexed, completions: 3 }),
    ["spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism"],
  ],
  ["a job that waits is sent elsewhere", Job, suspended({}), suspended({ template: scheduled }), []],
  [
    "a job that has run is not",
    Job,
    suspended({}, { startTime: "2026-01-01T00:00:00Z" }),
    suspended({ template: scheduled }, { startTime: "2026-01-01T00:00:00Z" }),
    [/^spec.template: Invalid value: .*: field is immutable$/],
  ],
  [
    "a class changes its value",
    PriorityClass,
    { value: 1 },
    { value: 2 },
    ["value: Forbidden: may not be changed in an update."],
  ],
];
for (const [sentence, kind, before, now, expected] of updates) {
  test(`update of ${kind.kind}: ${sentence}`, () => {
    const errors = errorsOf(kind, now, before);
    assert.equal(errors.length, expected.length, errors.join("\n"));
    for (const [index, wanted] of expected.entries()) {
      if (typeof wanted === "string") assert.equal(errors[index], wanted);
      else assert.match(errors[index] ?? "", wanted);
    }
  });
}

const filled = (kind: AnyKind, value: object): { readonly [name: string]: unknown } =>
  applyDefaults(kind.schema, decodeObject(kind.schema, value as Json));
const spec = (kind: AnyKind, value: Json): Readonly<Record<string, unknown>> =>
  filled(kind, value as object)["spec"] as Readonly<Record<string, unknown>>;
const without = ({ template: _t, selector: _s, ...rest }: Readonly<Record<string, unknown>>): object => rest;

test("a job runs one pod until it succeeds, and forgives six failures", () =>
  assert.deepEqual(without(spec(Job, { spec: { template: ending } } as Json)), {
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: "TerminatingOrFailed",
  }));

test("a work queue has no number of successes", () =>
  assert.equal(spec(Job, { spec: { parallelism: 3, template: ending } } as Json)["completions"], undefined));

test("jobs inside a cron job are not defaulted, the cron job is", () => {
  const { jobTemplate, ...rest } = spec(CronJob, cron({}));
  assert.deepEqual(without((jobTemplate as { readonly spec: Readonly<Record<string, unknown>> }).spec), {});
  assert.deepEqual(rest, {
    schedule: "@daily",
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
});

test("a stateful set updates one after another, keeps claims and says what they are", () => {
  const given = spec(StatefulSet, sets({}));
  assert.deepEqual(given["updateStrategy"], { type: "RollingUpdate", rollingUpdate: { partition: 0 } });
  assert.deepEqual(given["persistentVolumeClaimRetentionPolicy"], { whenDeleted: "Retain", whenScaled: "Retain" });
  const [claim] = given["volumeClaimTemplates"] as readonly Readonly<Record<string, unknown>>[];
  assert.deepEqual(
    [claim?.["apiVersion"], claim?.["kind"], claim?.["status"]],
    ["v1", "PersistentVolumeClaim", { phase: "Pending" }],
  );
});

test("daemons go one by one", () =>
  assert.deepEqual(spec(DaemonSet, daemons({}))["updateStrategy"], {
    type: "RollingUpdate",
    rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
  }));

test("a replication controller has the labels of its pods", () => {
  const object = filled(ReplicationController, { metadata: { name: "a" }, spec: { template: template() } });
  assert.deepEqual((object["spec"] as { readonly selector: unknown }).selector, labels);
  assert.deepEqual((object["metadata"] as { readonly labels: unknown }).labels, labels);
});

test("an autoscaler aims at 80 % of the CPU; behavior is spelled out once it is spoken of", () => {
  const given = spec(HorizontalPodAutoscaler, hpa({}));
  assert.equal(given["behavior"], undefined);
  assert.deepEqual(given["metrics"], [
    { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
  ]);
  assert.deepEqual(
    spec(HorizontalPodAutoscaler, hpa({ behavior: { scaleDown: { selectPolicy: "Min" } } }))["behavior"],
    {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [
          { type: "Pods", value: 4, periodSeconds: 15 },
          { type: "Percent", value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: { selectPolicy: "Min", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
    },
  );
});
