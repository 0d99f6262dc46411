// Server-side apply with stock kubectl against the HTTPS server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kubectls, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

const manifest = (name: string, more: { readonly replicas?: number; readonly image?: string } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, labels: { app: web } }
spec:
  ${more.replicas === undefined ? "" : `replicas: ${more.replicas}`}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: main, image: ${more.image ?? "nginx"}, ports: [{ containerPort: 80 }] }
`;

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1: object;
}

for (const binary of kubectls) {
  const version = binary.slice(-4);
  const fails = async (args: readonly string[], input: string): Promise<string> => {
    const { code, err } = await api.kubectl(binary, args, input);
    assert.equal(code, 1, `kubectl ${args.join(" ")} should fail`);
    return err;
  };
  const run = async (args: readonly string[], input?: string): Promise<string> => {
    const { code, out, err } = await api.kubectl(binary, args, input);
    assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
    return out;
  };
  const entries = async (name: string): Promise<readonly Entry[]> => {
    const shown = await run(["get", "deploy", name, "-o", "json", "--show-managed-fields"]);
    return (JSON.parse(shown) as { metadata: { managedFields?: readonly Entry[] } }).metadata.managedFields ?? [];
  };
  const serverSide = ["apply", "--server-side", "-f", "-"];
  const dashed = version.replace(".", "-");

  test(`${version}: apply on the server, conflicts, force, dry run, diff (SSA-01, SSA-03, SSA-07)`, async () => {
    const name = `ssa-${dashed}`;
    const two = manifest(name, { replicas: 2 });
    assert.match(await run([...serverSide, "--dry-run=server"], two), /serverside-applied \(server dry run\)/);
    assert.match((await api.kubectl(binary, ["get", "deploy", name])).err, /not found/);
    assert.match(await run(serverSide, two), /serverside-applied/);
    const revision = await run(["get", "deploy", name, "-o", "jsonpath={.metadata.resourceVersion}"]);
    await run(serverSide, two);
    assert.equal(await run(["get", "deploy", name, "-o", "jsonpath={.metadata.resourceVersion}"]), revision);
    assert.equal(await run(["diff", "--server-side", "-f", "-"], two), "");
    const other = manifest(name, { replicas: 3 });
    const conflict = await fails([...serverSide, "--field-manager=other"], other);
    assert.match(conflict, /Apply failed with 1 conflict: conflict with "kubectl": \.spec\.replicas/);
    await run([...serverSide, "--field-manager=other", "--force-conflicts"], other);
    const [first, second] = await entries(name);
    assert.deepEqual([first?.manager, second?.manager], ["kubectl", "other"]);
    assert.doesNotMatch(JSON.stringify(first?.fieldsV1), /f:replicas/);
    assert.match(
      (await api.kubectl(binary, ["diff", "--server-side", "-f", "-", "--field-manager=other"], manifest(name))).out,
      /^- {2}replicas: 3$/m,
    );
    await run([...serverSide, "--field-manager=other"], manifest(name));
    assert.equal(
      await run(["get", "deploy", name, "-o", "jsonpath={.spec.replicas}"]),
      "1",
      "unset, and the default again",
    );
  });

  test(`${version}: whoever creates, scales and edits is shown (SSA-02, SSA-11)`, async () => {
    const name = `owned-${dashed}`;
    await run(["create", "deployment", name, "--image=nginx"]);
    await run(["scale", `deploy/${name}`, "--replicas=3"]);
    await run(["label", `deploy/${name}`, "tier=front"]);
    const found = (await entries(name)).map(({ manager, operation, subresource = "" }) => [
      manager,
      operation,
      subresource,
    ]);
    const managers = found.map(([manager]) => manager?.replace(/^kubectl\.\d.*$/, "kubectl"));
    assert.deepEqual(new Set(managers), new Set(["kubectl", "kubectl-create", "kubectl-label"]));
    assert.ok(found.some(([, operation, subresource]) => operation === "Update" && subresource === "scale"));
  });

  test(`${version}: from client-side apply to the server, and back (SSA-06)`, async () => {
    const name = `moved-${dashed}`;
    await run(["apply", "-f", "-"], manifest(name, { replicas: 2, image: "one" }));
    assert.deepEqual(
      (await entries(name)).map(({ manager }) => manager),
      ["kubectl-client-side-apply"],
    );
    await run(serverSide, manifest(name, { image: "two" }));
    const managers = (await entries(name)).map(({ manager, operation }) => `${manager} ${operation}`);
    assert.ok(managers.includes("kubectl Apply"), managers.join(", "));
    assert.ok(!managers.includes("kubectl-client-side-apply Update"), managers.join(", "));
    const shown = await run([
      "get",
      "deploy",
      name,
      "-o",
      "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}",
    ]);
    assert.equal(shown, "1 two", "what client-side apply had set and nobody names goes");
    await run(["apply", "-f", "-"], manifest(name, { replicas: 4, image: "three" }));
    assert.equal(await run(["get", "deploy", name, "-o", "jsonpath={.spec.replicas}"]), "4");
  });

  test(`${version}: a body that does not fit the schema is refused with the field (SSA-04)`, async () => {
    const wrong = manifest(`wrong-${dashed}`, { replicas: 2 }).replace("replicas:", "replica:");
    const told = await fails(serverSide, wrong);
    assert.match(
      told,
      /failed to create typed patch object \(default\/wrong-.*; apps\/v1, Kind=Deployment\): \.spec\.replica: field not declared in schema/,
    );
  });
}
