// An embedded cluster where there is no network at all: a network namespace without a route, even loopback is down.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const top = fileURLToPath(new URL("../../", import.meta.url));
const skip = process.getuid?.() === 0 ? false : "needs root, to take the network away";

const program = `
  import { networkInterfaces } from "node:os";
  import { Cluster, Deployment } from "./packages/cluster/src/public.ts";
  await using cluster = await Cluster.start({ nodes: 2 });
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx" }] } };
  await cluster.client.create(Deployment, {
    metadata: { name: "web", namespace: "default" },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  });
  const at = { namespace: "default", name: "web" };
  await cluster.until(async () => (await cluster.client.get(Deployment, at)).status?.readyReplicas === 3);
  console.log(JSON.stringify(networkInterfaces()), "ready");
`;

test("a cluster in a test needs no network (EMB-07)", { skip }, async () => {
  const args = ["--net", process.execPath, "--input-type=module-typescript", "--eval", program];
  const { stdout } = await run("unshare", args, { cwd: top, timeout: 60_000 });
  assert.equal(stdout, "{} ready\n");
});
