// The cluster in process: start, and a Deployment of 1,000 pods to ready on simulated nodes.
import { Deployment } from "@knots/api";
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
  ];
}
