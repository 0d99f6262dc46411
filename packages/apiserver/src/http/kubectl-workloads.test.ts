// Stock kubectl with workloads, volumes, bounds of namespaces, autoscalers, budgets, priorities and both forms of events.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kubectls, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

/** The newest kubectl of this machine. */
const binary = kubectls.at(-1);
const skip = binary === undefined ? "no kubectl on this machine" : false;

interface Row {
  readonly resource: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly body: object;
  /** The heading and the line of `get -o wide`, with single spaces. */
  readonly shown: readonly [heading: string, line: RegExp];
  /** Its patch rules let kubectl send a change that is none, whatever the server. */
  readonly patchedAnyway?: true;
  /** A change that the API takes. */
  readonly patch: object;
  /** A change that it refuses, and the words of the refusal. */
  readonly refused?: readonly [patch: object, words: RegExp];
}

const labels = { app: "it" };
const selector = { matchLabels: labels };
const containers = [{ name: "main", image: "busybox:1" }];
const template = { metadata: { labels }, spec: { containers } };
const ending = { metadata: { labels }, spec: { containers, restartPolicy: "Never" } };
const relabel = { metadata: { labels: { changed: "yes" } } };
const AGE = String.raw`\d+[smh]\S*`;
const line = (text: string): RegExp => new RegExp(`^it ${text.replaceAll("AGE", AGE)}$`);

const rows: readonly Row[] = [
  {
    resource: "rc",
    apiVersion: "v1",
    kind: "ReplicationController",
    body: { spec: { replicas: 2, template } },
    shown: ["NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR", line("2 0 0 AGE main busybox:1 app=it")],
    patch: { spec: { replicas: 3 } },
    refused: [
      { spec: { selector: { app: "other" } } },
      /spec.template.metadata.labels: Invalid value: .*does not match template/,
    ],
  },
  {
    resource: "ds",
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    body: { spec: { selector, template } },
    shown: [
      "NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE CONTAINERS IMAGES SELECTOR",
      line("0 0 0 0 0 <none> AGE main busybox:1 app=it"),
    ],
    patch: { spec: { minReadySeconds: 5 } },
    refused: [
      { spec: { updateStrategy: { rollingUpdate: { maxSurge: 1 } } } },
      /maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero/,
    ],
  },
  {
    resource: "sts",
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    patchedAnyway: true,
    body: {
      spec: {
        selector,
        serviceName: "it",
        template: {
          metadata: { labels },
          spec: { containers: [{ ...containers[0], volumeMounts: [{ name: "data", mountPath: "/d" }] }] },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    },
    shown: ["NAME READY AGE CONTAINERS IMAGES", line("0/1 AGE main busybox:1")],
    patch: { spec: { replicas: 3 } },
    refused: [
      { spec: { serviceName: "other" } },
      /spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden/,
    ],
  },
  {
    resource: "controllerrevisions",
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    body: { revision: 3, data: { spec: { template: { $patch: "replace" } } } },
    shown: ["NAME CONTROLLER REVISION AGE", line("<none> 3 AGE")],
    patch: { revision: 4 },
    refused: [{ data: { other: 1 } }, /data: Invalid value: .*field is immutable/],
  },
  {
    resource: "jobs",
    apiVersion: "batch/v1",
    kind: "Job",
    body: { spec: { template: ending } },
    shown: [
      "NAME STATUS COMPLETIONS DURATION AGE CONTAINERS IMAGES SELECTOR",
      line(String.raw`Running 0/1 AGE main busybox:1 batch.kubernetes.io/controller-uid=\S+`),
    ],
    patch: { spec: { parallelism: 2 } },
    refused: [{ spec: { completions: 5 } }, /spec.completions: Invalid value: 5: field is immutable/],
  },
  {
    resource: "cj",
    apiVersion: "batch/v1",
    kind: "CronJob",
    body: { spec: { schedule: "*/5 * * * *", timeZone: "Asia/Shanghai", jobTemplate: { spec: { template: ending } } } },
    shown: [
      "NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST SCHEDULE AGE CONTAINERS IMAGES SELECTOR",
      line(String.raw`\*/5 \* \* \* \* Asia/Shanghai False 0 <none> AGE main busybox:1 <none>`),
    ],
    patch: { spec: { suspend: true } },
    refused: [
      { spec: { schedule: "* *" } },
      /spec.schedule: Invalid value: "\* \*": expected exactly 5 fields, found 2: \[\* \*\]/,
    ],
  },
  {
    resource: "podtemplates",
    apiVersion: "v1",
    kind: "PodTemplate",
    body: { template },
    shown: ["NAME CONTAINERS IMAGES POD LABELS", line("main busybox:1 app=it")],
    patch: relabel,
  },
  {
    resource: "pvc",
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    body: {
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: "slow", resources: { requests: { storage: "1Gi" } } },
    },
    shown: [
      "NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE VOLUMEMODE",
      line("Pending slow <unset> AGE Filesystem"),
    ],
    patch: relabel,
    refused: [
      { spec: { accessModes: ["ReadWriteMany"] } },
      /spec: Forbidden: spec is immutable after creation except resources.requests/,
    ],
  },
  {
    resource: "pv",
    apiVersion: "v1",
    kind: "PersistentVolume",
    body: {
      spec: {
        capacity: { storage: "5Gi" },
        accessModes: ["ReadWriteOnce", "ReadOnlyMany"],
        hostPath: { path: "/data" },
      },
    },
    shown: [
      "NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE VOLUMEMODE",
      line("5Gi RWO,ROX Retain Pending <unset> AGE Filesystem"),
    ],
    patch: { spec: { persistentVolumeReclaimPolicy: "Delete" } },
    refused: [
      { spec: { hostPath: { path: "/other" } } },
      /spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation/,
    ],
  },
  {
    resource: "limits",
    apiVersion: "v1",
    kind: "LimitRange",
    patchedAnyway: true,
    body: { spec: { limits: [{ type: "Container", max: { cpu: "1" }, min: { cpu: "100m" } }] } },
    shown: ["NAME CREATED AT", line(String.raw`\d{4}-\S+Z`)],
    patch: { spec: { limits: [{ type: "Container", max: { cpu: "2" } }] } },
    refused: [
      { spec: { limits: [{ type: "Container", max: { cpu: "1" }, min: { cpu: "2" } }] } },
      /spec.limits\[0\].min\[cpu\]: Invalid value: "2": min value 2 is greater than max value 1/,
    ],
  },
  {
    resource: "quota",
    apiVersion: "v1",
    kind: "ResourceQuota",
    body: { spec: { hard: { pods: "10", "limits.cpu": "4" } } },
    shown: ["NAME REQUEST LIMIT AGE", line("AGE")],
    patch: { spec: { hard: { pods: "20" } } },
    refused: [
      { spec: { hard: { apples: "1" } } },
      /spec.hard\[apples\]: Invalid value: "apples": must be a standard resource for quotas/,
    ],
  },
  {
    resource: "hpa",
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    body: { spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, maxReplicas: 5 } },
    shown: ["NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE", line("Deployment/web cpu: <unknown>/80% 1 5 0 AGE")],
    patch: { spec: { minReplicas: 2 } },
    refused: [
      { spec: { minReplicas: 9 } },
      /spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`/,
    ],
  },
  {
    resource: "pdb",
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    patchedAnyway: true,
    body: { spec: { minAvailable: "50%", selector } },
    shown: ["NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE", line("50% N/A 0 AGE")],
    patch: { spec: { minAvailable: 1 } },
    refused: [
      { spec: { maxUnavailable: 1 } },
      /spec: Invalid value: .*minAvailable and maxUnavailable cannot be both set/,
    ],
  },
  {
    resource: "pc",
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    body: { value: 1000, description: "For what matters." },
    shown: ["NAME VALUE GLOBAL-DEFAULT AGE PREEMPTIONPOLICY", line("1000 false AGE PreemptLowerPriority")],
    patch: { description: "For what matters more." },
    refused: [{ value: 5 }, /value: Forbidden: may not be changed in an update./],
  },
  {
    resource: "events.v1.events.k8s.io",
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    body: {
      eventTime: "2026-01-01T00:00:00.000000Z",
      reportingController: "example.com/maker",
      reportingInstance: "maker-1",
      action: "Making",
      reason: "Made",
      note: "It was made.",
      type: "Normal",
      regarding: { kind: "Pod", name: "web", namespace: "default" },
    },
    shown: [
      "LAST SEEN TYPE REASON OBJECT SUBOBJECT SOURCE MESSAGE FIRST SEEN COUNT NAME",
      /^\S+ Normal Made pod\/web example.com\/maker, maker-1 It was made. \S+ 1 it$/,
    ],
    patch: { series: { count: 2, lastObservedTime: "2026-01-01T00:01:00.000000Z" } },
    refused: [{ note: "Nothing was made." }, /note: Invalid value: "Nothing was made.": field is immutable/],
  },
];

async function run(args: readonly string[], input?: string): Promise<string> {
  const { code, out, err } = await api.kubectl(binary ?? "", args, input);
  assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
  return out;
}
const lines = (table: string): readonly string[] =>
  table
    .trim()
    .split("\n")
    .map((text) => text.trim().replaceAll(/ +/g, " "));
const patchArgs = (resource: string, patch: object): readonly string[] => [
  "patch",
  resource,
  "it",
  "--type=merge",
  "-p",
  JSON.stringify(patch),
];

for (const { resource, apiVersion, kind, body, shown, patchedAnyway, patch, refused } of rows) {
  test(`${apiVersion} ${kind} is applied, shown, described, patched and deleted (REST-14, REST-18)`, {
    skip,
  }, async () => {
    const manifest = JSON.stringify({ apiVersion, kind, metadata: { name: "it" }, ...body });
    assert.match(await run(["apply", "-f", "-"], manifest), /created/);
    assert.match(await run(["apply", "-f", "-"], manifest), patchedAnyway ? /configured/ : /unchanged/);
    assert.equal(await run(["diff", "-f", "-"], manifest), "");
    const [heading, text] = lines(await run(["get", resource, "it", "-o", "wide"]));
    assert.equal(heading, shown[0]);
    assert.match(text ?? "", shown[1]);
    assert.match(await run(["describe", resource, "it"]), /it/);
    assert.match(await run(patchArgs(resource, patch)), / patched\n/);
    if (refused) {
      const answer = await api.kubectl(binary ?? "", patchArgs(resource, refused[0]));
      assert.equal(answer.code, 1);
      assert.match(answer.err, refused[1]);
    }
    assert.match(await run(["delete", resource, "it", "--wait=false"]), /deleted/);
  });
}
