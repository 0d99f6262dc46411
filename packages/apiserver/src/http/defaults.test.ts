// Defaults as clients read them: the whole spec of objects that were made with the least that they need.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

const SPACE = "namespaces/default";
const labels = { app: "web" };
const containers = [{ name: "main", image: "nginx" }];
const deploymentSpec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };

const container = {
  name: "main",
  image: "nginx",
  imagePullPolicy: "Always",
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};
const podSpec = {
  containers: [container],
  dnsPolicy: "ClusterFirst",
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};
const deployment = {
  progressDeadlineSeconds: 600,
  replicas: 1,
  revisionHistoryLimit: 10,
  selector: { matchLabels: labels },
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
  template: { metadata: { labels }, spec: podSpec },
};

interface Row {
  readonly path: string;
  readonly spec: object;
  /** The whole spec as it is read. */
  readonly expected: (uid: string) => object;
}

const rows: readonly Row[] = [
  { path: `/apis/apps/v1/${SPACE}/deployments`, spec: deploymentSpec, expected: () => deployment },
  {
    path: `/apis/batch/v1/${SPACE}/jobs`,
    spec: { template: { spec: { containers, restartPolicy: "Never" } } },
    expected: (uid) => {
      const own = { "batch.kubernetes.io/controller-uid": uid };
      const all = { ...own, "batch.kubernetes.io/job-name": "it", "controller-uid": uid, "job-name": "it" };
      return {
        backoffLimit: 6,
        completionMode: "NonIndexed",
        completions: 1,
        manualSelector: false,
        parallelism: 1,
        podReplacementPolicy: "TerminatingOrFailed",
        selector: { matchLabels: own },
        suspend: false,
        template: { metadata: { labels: all }, spec: { ...podSpec, restartPolicy: "Never" } },
      };
    },
  },
  {
    path: `/api/v1/${SPACE}/services`,
    spec: { clusterIP: "10.96.7.7", ports: [{ port: 80 }] },
    expected: () => ({
      clusterIP: "10.96.7.7",
      clusterIPs: ["10.96.7.7"],
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      sessionAffinity: "None",
      type: "ClusterIP",
    }),
  },
];

for (const { path, spec, expected } of rows) {
  test(`an object of ${path} with the least that it needs is read with all its defaults (REST-15)`, async () => {
    const body = JSON.stringify({ metadata: { name: "it" }, spec });
    const made = await api.ask(path, { method: "POST", headers: { "content-type": "application/json" }, body });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(made.json().spec, expected(made.json().metadata.uid));
    assert.deepEqual((await api.ask(`${path}/it`)).json().spec, made.json().spec);
  });
}

test("an object that was stored before its defaults existed is read with them (REST-15)", async () => {
  const metadata = { name: "old", namespace: "default", uid: "old", creationTimestamp: "2020-01-01T00:00:00Z" };
  // Written out empty by every version, and no default.
  const template = { metadata: { labels }, spec: { containers: [{ ...containers[0], resources: {} }] } };
  const old = { kind: "Deployment", apiVersion: "apps/v1", metadata, spec: { ...deploymentSpec, template } };
  const value = Buffer.from(JSON.stringify(old));
  await api.store.txn({
    compare: [],
    success: [{ type: "put", key: "/registry/deployments/default/old", value }],
  });
  const path = `/apis/apps/v1/${SPACE}/deployments`;
  assert.deepEqual((await api.ask(`${path}/old`)).json().spec, deployment);
  const { items } = (await api.ask(path)).json() as unknown as {
    items: { metadata: { name: string }; spec: object }[];
  };
  assert.deepEqual(items.find((one) => one.metadata.name === "old")?.spec, deployment);
});
