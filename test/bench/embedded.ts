// The cluster in process: start, and a Deployment of 1,000 pods to ready on simulated nodes.
import { ConfigMap, Deployment } from "@knots/api";
import { Cluster } from "@knots/cluster";
import { milliseconds, percentile, type Row } from "./report.ts";

const PODS = 1000;

async function thousandPods(): Promise<number> {
  await using cluster = await Cluster.start({ nodes: 20 });
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } };
  const start = performance.now();
  await cluster.client.create(Deployment, {
    metadata: { name: "web", namespace: "default" },
    spec: { replicas: PODS, selector: { matchLabels: labels }, template },
  });
  await cluster.until(
    async () =>
      (await cluster.client.get(Deployment, { namespace: "default", name: "web" })).status?.readyReplicas === PODS,
  );
  return performance.now() - start;
}

/** Going back to a marked state of 10,000 objects after a test touched 100 of them; the middle of 20 rounds. */
async function resets(): Promise<number> {
  await using cluster = await Cluster.start({ nodes: 0, controllers: false });
  const { client } = cluster;
  const object = (name: string) => ({ metadata: { name, namespace: "default" }, data: { a: "b" } });
  for (let n = 0; n < 10_000; n++) await client.create(ConfigMap, object(`m-${n}`));
  await cluster.mark("start");
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 50; n++) {
      await client.create(ConfigMap, object(`new-${n}`));
      await client.delete(ConfigMap, { namespace: "default", name: `m-${round * 50 + n}` });
    }
    const start = performance.now();
    await cluster.reset("start");
    times.push(performance.now() - start);
  }
  return percentile(times, 0.5);
}

/** Measures and answers the rows. */
export async function embeddedBench(): Promise<readonly Row[]> {
  const starts: number[] = [];
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    const cluster = await Cluster.start();
    starts.push(performance.now() - start);
    await cluster.close();
  }
  return [
    { work: "cluster in process, first start", measured: milliseconds(starts[0] ?? Number.NaN), peer: "envtest 2-7 s" },
    { work: "cluster in process, later starts (p50)", measured: milliseconds(percentile(starts.slice(1), 0.5)) },
    {
      work: `Deployment of ${PODS} pods to ready, simulated`,
      measured: milliseconds(await thousandPods()),
      peer: "50 s at 20 calls/s",
    },
    { work: "reset to a marked state, 10,000 objects, 100 changes (p50)", measured: milliseconds(await resets()) },
  ];
}
