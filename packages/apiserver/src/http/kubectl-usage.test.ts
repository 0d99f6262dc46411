// Stock kubectl beyond one kind at a time: what people type, warnings, and kinds that are served in two versions.
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

const labels = { app: "it" };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "busybox:1" }] } };

async function run(args: readonly string[], input?: string): Promise<string> {
  const { code, out, err } = await api.kubectl(binary ?? "", args, input);
  assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
  return out;
}
test("jobs, bounds and a replication controller are made and scaled as people do it", { skip }, async () => {
  await run(["create", "job", "once", "--image=busybox:1", "--", "true"]);
  assert.match(await run(["get", "job", "once", "-o", "yaml"]), /podReplacementPolicy: TerminatingOrFailed/);
  await run(["create", "cronjob", "often", "--image=busybox:1", "--schedule=@hourly", "--", "true"]);
  await run(["create", "job", "now", "--from=cronjob/often"]);
  assert.match(await run(["get", "jobs", "-o", "name"]), /job.batch\/now\njob.batch\/once/);
  await run(["create", "priorityclass", "high", "--value=1000"]);
  await run(["create", "quota", "few", "--hard=pods=2"]);
  await run(["create", "pdb", "some", "--selector=app=it", "--min-available=1"]);
  const rc = { apiVersion: "v1", kind: "ReplicationController", metadata: { name: "old" }, spec: { template } };
  await run(["apply", "-f", "-"], JSON.stringify(rc));
  assert.match(await run(["scale", "rc/old", "--replicas=4"]), /scaled/);
  assert.equal(await run(["get", "rc", "old", "-o", "jsonpath={.spec.replicas} {.metadata.labels.app}"]), "4 it");
});

test("the system's priority classes are there and stay", { skip }, async () => {
  assert.match(await run(["get", "pc"]), /^system-cluster-critical +2000000000 +false/m);
  const { code, err } = await api.kubectl(binary ?? "", ["delete", "pc", "system-node-critical"]);
  assert.equal(code, 1);
  assert.match(err, /is forbidden: this is a system priority class and cannot be deleted/);
});

test("what is named twice in a container is let in with a word (WIR-16)", { skip }, async () => {
  const twice = {
    name: "main",
    image: "busybox:1",
    env: ["1", "2", "$(A)3"].map((value) => ({ name: "A", value })),
    ports: [{ containerPort: 80 }, { containerPort: 80, name: "http" }],
  };
  const pods = {
    metadata: { labels },
    spec: { containers: [twice], imagePullSecrets: [{ name: "s" }, { name: "s" }] },
  };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "twice" },
    spec: { selector, template: pods },
  };
  const { code, err } = await api.kubectl(binary ?? "", ["create", "-f", "-"], JSON.stringify(object));
  assert.equal(code, 0, err);
  assert.deepEqual(err.trim().split("\n"), [
    'Warning: spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    "Warning: spec.template.spec.containers[0].ports[1]: duplicate port definition with spec.template.spec.containers[0].ports[0]",
  ]);
  const kept =
    "jsonpath={.spec.template.spec.containers[0].env[*].value} {.spec.template.spec.imagePullSecrets[*].name}";
  assert.equal(await run(["get", "deploy", "twice", "-o", kept]), "1 2 $(A)3 s s");
});

test("one priority class at most is for everybody", { skip }, async () => {
  await run(["create", "priorityclass", "usual", "--value=1", "--global-default"]);
  const { err } = await api.kubectl(binary ?? "", ["create", "priorityclass", "also", "--value=2", "--global-default"]);
  assert.match(err, /is forbidden: PriorityClass usual is already marked as default. Only one default can exist/);
});

test("parts of the control plane are asked on reading, with a word on the kind's age", { skip }, async () => {
  const { out, err } = await api.kubectl(binary ?? "", ["get", "cs"]);
  assert.match(err, /Warning: v1 ComponentStatus is deprecated in v1.19\+/);
  assert.match(out, /^NAME +STATUS +MESSAGE +ERROR\n(.*\n)?etcd-0 +Healthy +ok/m);
  assert.match(await run(["get", "cs", "etcd-0", "-o", "yaml"]), /type: Healthy/);
  assert.match((await api.kubectl(binary ?? "", ["get", "cs", "nobody"])).err, /componentstatuses "nobody" not found/);
});

test("one autoscaler in both versions: what the first cannot tell stands in its annotations", { skip }, async () => {
  const pods = { metric: { name: "hits" }, target: { type: "AverageValue", averageValue: "10" } };
  const cpu = { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } };
  const spec = {
    scaleTargetRef: { kind: "Deployment", name: "web" },
    maxReplicas: 5,
    metrics: [
      { type: "Resource", resource: cpu },
      { type: "Pods", pods },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
  };
  const manifest = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "both" }, spec };
  await run(["apply", "-f", "-"], JSON.stringify(manifest));
  const read = async (version: string) =>
    JSON.parse(await run(["get", `horizontalpodautoscalers.${version}.autoscaling`, "both", "-o", "json"])) as {
      readonly apiVersion: string;
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
      readonly spec: typeof spec & { readonly targetCPUUtilizationPercentage?: number };
    };
  const first = await read("v1");
  assert.equal(first.apiVersion, "autoscaling/v1");
  assert.equal(first.spec.targetCPUUtilizationPercentage, 60);
  const told = first.metadata.annotations["autoscaling.alpha.kubernetes.io/metrics"] ?? "";
  assert.deepEqual(JSON.parse(told), [{ type: "Pods", pods: { metricName: "hits", targetAverageValue: "10" } }]);
  await run(["replace", "-f", "-"], JSON.stringify({ ...first, spec: { ...first.spec, maxReplicas: 7 } }));
  const { spec: second } = await read("v2");
  assert.equal(second.maxReplicas, 7);
  assert.deepEqual(second.metrics, spec.metrics);
  assert.equal(second.behavior.scaleDown.stabilizationWindowSeconds, 60);
});

test("one event in both groups: renamed fields, selectors of each (WATCH-20)", { skip }, async () => {
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "twice" },
    involvedObject: { kind: "Pod", name: "web", namespace: "default" },
    reason: "Pulled",
    message: "It was pulled.",
    type: "Normal",
    count: 3,
    source: { component: "kubelet", host: "n1" },
  };
  await run(["create", "-f", "-"], JSON.stringify(event));
  const get = (resource: string, selector: string): Promise<string> =>
    run([
      "get",
      resource,
      "--field-selector",
      selector,
      "-o",
      "jsonpath={.items[*].metadata.name} {.items[*].note}{.items[*].message}",
    ]);
  assert.equal(await get("events.v1.events.k8s.io", "regarding.name=web,reason=Pulled"), "twice It was pulled.");
  assert.equal(await get("events.v1.", "involvedObject.name=web,reason=Pulled"), "twice It was pulled.");
  const wrong = await api.kubectl(binary ?? "", ["get", "events.v1.", "--field-selector", "regarding.name=web"]);
  assert.match(wrong.err, /field label not supported: regarding.name/);
});
