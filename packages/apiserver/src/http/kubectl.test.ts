// Stock kubectl against the HTTPS server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kubectls, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: main, image: nginx, ports: [{ containerPort: 80 }] }
`;

for (const binary of kubectls) {
  test(`${binary.slice(-4)}: apply, get, scale, label, delete`, async () => {
    const run = async (args: readonly string[], input?: string): Promise<string> => {
      const { code, out, err } = await api.kubectl(binary, args, input);
      assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
      return out;
    };
    assert.match(await run(["version"]), /Server Version: .*v1\.36\.0/);
    assert.match(await run(["api-resources"]), /^deployments +deploy +apps\/v1 +true +Deployment$/m);
    assert.match(await run(["get", "namespaces"]), /^kube-system +Active/m);
    assert.match(await run(["apply", "-f", "-"], DEPLOYMENT), /deployment.apps\/web created/);
    assert.match(await run(["apply", "-f", "-"], DEPLOYMENT), /deployment.apps\/web unchanged/);
    assert.match(await run(["get", "deploy"]), /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/2/m);
    assert.match(await run(["scale", "deploy/web", "--replicas=3"]), /scaled/);
    assert.equal(await run(["get", "deploy", "web", "-o", "jsonpath={.spec.replicas}"]), "3");
    await run(["label", "deploy/web", "tier=front"]);
    assert.match(await run(["get", "deploy", "-l", "tier=front", "-o", "name"]), /deployment.apps\/web/);
    assert.match(await run(["explain", "deployment.spec.replicas"]), /replicas/);
    assert.match(await run(["apply", "--dry-run=server", "-f", "-"], DEPLOYMENT), /server dry run/);
    await run(["create", "configmap", "c", "--from-literal=a=b"]);
    assert.match(await run(["get", "cm", "c", "-o", "yaml"]), /a: b/);
    assert.match(await run(["describe", "deploy", "web"]), /Replicas: +3 desired/);
    assert.match(await run(["delete", "deploy/web", "cm/c"]), /deleted/);
    const missing = await api.kubectl(binary, ["get", "deploy", "web"]);
    assert.match(missing.err, /Error from server \(NotFound\): deployments.apps "web" not found/);
    const bad = await api.kubectl(binary, ["apply", "-f", "-"], DEPLOYMENT.replace("replicas: 2", "replica: 2"));
    assert.match(bad.err, /strict decoding error: unknown field "spec.replica"/);
  });
}

test("a namespace with everything in it is shown as JSON, YAML and wide", {
  skip: kubectls.length === 0,
}, async () => {
  const [binary = ""] = kubectls;
  for (const format of ["json", "yaml", "wide", "name"]) {
    const { code, err } = await api.kubectl(binary, ["get", "ns,sa,cm,svc", "-A", "-o", format]);
    assert.equal(code, 0, err);
  }
});
