// Field selectors on the wire: which fields each kind is found by, which are taken and find nothing, and which are refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { builtinKinds } from "@knots/api";
import { apiVersionOf } from "@knots/machinery";
import { type ServedApi, serveApi } from "../../../../testkit/served-api.ts";
import { atLeast, watchLines } from "../../../../testkit/watch-lines.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi({ server: { disableAdmission: ["ServiceAccount"] } });
});
after(() => api.close());

const SPACE = "namespaces/default/";
async function make(path: string, body: object, status?: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const made = await api.ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(made.status, 201, made.text);
  if (!status) return;
  const merge = { "content-type": "application/merge-patch+json" };
  const at = `${path}/${made.json().metadata.name}/status`;
  const patched = await api.ask(at, { method: "PATCH", headers: merge, body: JSON.stringify({ status }) });
  assert.equal(patched.status, 200, patched.text);
}
const named = (name: string, more: object = {}): object => ({ metadata: { name }, ...more });
const labels = { app: "x" };
const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "nginx" }] } };
const regarding = {
  kind: "Pod",
  namespace: "default",
  name: "web",
  uid: "u-1",
  apiVersion: "v1",
  resourceVersion: "7",
  fieldPath: "spec",
};

interface Row {
  readonly path: string;
  readonly make?: () => Promise<void>;
  /** Fields by which the object `one`, and no other, is found. */
  readonly found: Readonly<Record<string, string>>;
  /** Fields that are taken, but find nothing. */
  readonly empty?: readonly string[];
}

const rows: readonly Row[] = [
  {
    path: `/api/v1/${SPACE}pods`,
    async make() {
      const spec = {
        nodeName: "n1",
        restartPolicy: "Never",
        schedulerName: "mine",
        serviceAccountName: "robot",
        hostNetwork: true,
        containers: template.spec.containers,
      };
      const status = { phase: "Running", podIP: "10.1.2.3", podIPs: [{ ip: "10.1.2.3" }], nominatedNodeName: "n2" };
      await make(`/api/v1/${SPACE}pods`, named("one", { spec }), status);
      await make(`/api/v1/${SPACE}pods`, named("other", { spec: template.spec }));
    },
    found: {
      "spec.nodeName": "n1",
      "spec.host": "n1",
      "spec.restartPolicy": "Never",
      "spec.schedulerName": "mine",
      "spec.serviceAccountName": "robot",
      "spec.hostNetwork": "true",
      "status.phase": "Running",
      "status.podIP": "10.1.2.3",
      "status.nominatedNodeName": "n2",
    },
    empty: ["status.podIPs=10.1.2.3"],
  },
  {
    path: "/api/v1/nodes",
    async make() {
      await make("/api/v1/nodes", named("one", { spec: { unschedulable: true } }));
      await make("/api/v1/nodes", named("other"));
    },
    found: { "spec.unschedulable": "true" },
  },
  {
    path: "/api/v1/namespaces",
    async make() {
      await make("/api/v1/namespaces", named("one"));
      await api.ask("/api/v1/namespaces/one", { method: "DELETE" });
    },
    found: { "status.phase": "Terminating" },
  },
  {
    path: `/api/v1/${SPACE}secrets`,
    async make() {
      await make(`/api/v1/${SPACE}secrets`, named("one", { type: "example.com/mine" }));
      await make(`/api/v1/${SPACE}secrets`, named("other"));
    },
    found: { type: "example.com/mine" },
  },
  {
    path: `/api/v1/${SPACE}services`,
    async make() {
      await make(
        `/api/v1/${SPACE}services`,
        named("one", { spec: { type: "NodePort", clusterIP: "10.96.9.9", ports: [{ port: 80 }] } }),
      );
      await make(`/api/v1/${SPACE}services`, named("other", { spec: { ports: [{ port: 80 }] } }));
    },
    found: { "spec.clusterIP": "10.96.9.9", "spec.type": "NodePort" },
  },
  {
    path: `/api/v1/${SPACE}replicationcontrollers`,
    async make() {
      await make(`/api/v1/${SPACE}replicationcontrollers`, named("one", { spec: { template } }), { replicas: 3 });
      await make(`/api/v1/${SPACE}replicationcontrollers`, named("other", { spec: { template } }));
    },
    found: { "status.replicas": "3" },
  },
  {
    path: `/apis/apps/v1/${SPACE}replicasets`,
    async make() {
      const spec = { selector: { matchLabels: labels }, template };
      await make(`/apis/apps/v1/${SPACE}replicasets`, named("one", { spec }), { replicas: 3 });
      await make(`/apis/apps/v1/${SPACE}replicasets`, named("other", { spec }));
    },
    found: { "status.replicas": "3" },
  },
  {
    path: `/apis/batch/v1/${SPACE}jobs`,
    async make() {
      const spec = { template: { spec: { ...template.spec, restartPolicy: "Never" } } };
      await make(`/apis/batch/v1/${SPACE}jobs`, named("one", { spec }), { succeeded: 1 });
      await make(`/apis/batch/v1/${SPACE}jobs`, named("other", { spec }));
    },
    found: { "status.successful": "1" },
  },
  {
    path: `/api/v1/${SPACE}events`,
    async make() {
      const event = { reason: "Made", type: "Warning", source: { component: "maker" }, reportingComponent: "reporter" };
      await make(`/api/v1/${SPACE}events`, named("one", { ...event, involvedObject: regarding }));
      await make(
        `/api/v1/${SPACE}events`,
        named("other", { involvedObject: { kind: "Node", namespace: "default", name: "n1" } }),
      );
    },
    found: {
      ...Object.fromEntries(
        Object.entries(regarding)
          .map(([key, value]) => [`involvedObject.${key}`, value])
          .filter(([key]) => key !== "involvedObject.namespace"),
      ),
      reason: "Made",
      type: "Warning",
      source: "maker",
      reportingComponent: "reporter",
    },
  },
  {
    path: `/apis/events.k8s.io/v1/${SPACE}events`,
    found: {
      ...Object.fromEntries(
        Object.entries(regarding)
          .map(([key, value]) => [`regarding.${key}`, value])
          .filter(([key]) => key !== "regarding.namespace"),
      ),
      reason: "Made",
      type: "Warning",
      reportingController: "reporter",
    },
  },
];

const query = (selector: string): string => `fieldSelector=${encodeURIComponent(selector)}`;

for (const row of rows) {
  test(`${row.path} is selected by its fields, in lists and watches; others are refused (WATCH-19, WATCH-20)`, async () => {
    await row.make?.();
    const names = async (selector: string): Promise<string[]> => {
      const reply = await api.ask(`${row.path}?${query(selector)}`);
      assert.equal(reply.status, 200, `${selector}: ${reply.text}`);
      return reply.json().items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    };
    for (const [field, value] of Object.entries({ ...row.found, "metadata.name": "one" })) {
      assert.deepEqual(await names(`${field}=${value}`), ["one"], field);
      assert.deepEqual(await names(`${field}==${value},metadata.name!=one`), [], field);
      assert.ok(!(await names(`${field}!=${value}`)).includes("one"), field);
      const { lines } = await watchLines(api, `${row.path}?watch=1&${query(`${field}=${value}`)}`, atLeast(1));
      assert.deepEqual(
        lines.map(({ object }) => object.metadata.name),
        ["one"],
        field,
      );
    }
    for (const selector of row.empty ?? []) assert.deepEqual(await names(selector), []);
    for (const selector of ["spec.nonsense=x", "metadata.labels=x"]) {
      for (const watch of ["", "watch=1&"]) {
        const reply = await api.ask(`${row.path}?${watch}${query(selector)}`);
        assert.deepEqual([reply.status, reply.json().reason], [400, "BadRequest"], selector);
        assert.match(reply.json().message, new RegExp(`field label not supported: ${selector.split("=")[0]}`));
      }
    }
  });
}

test("every kind is found by its name, those in namespaces by theirs, and by nothing unknown (WATCH-19)", async () => {
  for (const kind of builtinKinds.filter(({ verbs }) => verbs.includes("list"))) {
    const path = `${kind.group === "" ? "/api" : "/apis"}/${apiVersionOf(kind)}/${kind.plural}`;
    const status = async (selector: string): Promise<number> => (await api.ask(`${path}?${query(selector)}`)).status;
    assert.equal(await status("metadata.name=x"), 200, path);
    const own = Object.keys(kind.selectable).length > 0;
    assert.equal(await status("metadata.namespace=x"), kind.scope === "Cluster" && own ? 400 : 200, path);
    assert.equal(await status("status.nonsense=x"), 400, path);
  }
});
