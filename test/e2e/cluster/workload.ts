// The site that the tests roll out again and again: a Deployment, a Service and an Ingress.
import { Deployment, Ingress, Pod, Service } from "@knots/api";
import type { Client } from "@knots/client";
import { until } from "./kts.ts";

const namespace = "default";

/** A web server of `replicas` pods behind `host`; nginx with a readiness probe. */
export async function createSite(
  client: Client,
  name: string,
  { host, replicas }: { readonly host: string; readonly replicas: number },
): Promise<void> {
  const labels = { app: name };
  const probe = { httpGet: { path: "/", port: 80 }, periodSeconds: 1 };
  const template = {
    metadata: { labels },
    spec: {
      containers: [{ name: "web", image: "nginx:1.20.2", ports: [{ containerPort: 80 }], readinessProbe: probe }],
    },
  };
  await client.create(Deployment, {
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template },
  });
  await client.create(Service, { metadata: { name, namespace }, spec: { selector: labels, ports: [{ port: 80 }] } });
  const path = { path: "/", pathType: "Prefix" as const, backend: { service: { name, port: { number: 80 } } } };
  await client.create(Ingress, { metadata: { name, namespace }, spec: { rules: [{ host, http: { paths: [path] } }] } });
}

/** Resolves when every replica of the newest template is ready and no other is left in the count. */
export async function rolledOut(client: Client, name: string): Promise<void> {
  await until(`${name} is rolled out`, async () => {
    const { metadata, spec, status } = await client.get(Deployment, { namespace, name });
    const wanted = spec?.replicas ?? 1;
    return (
      status?.observedGeneration === metadata.generation &&
      [status?.replicas, status?.updatedReplicas, status?.readyReplicas].every((count) => count === wanted)
    );
  });
}

/** Changes the template, so that every pod is replaced. */
export async function roll(client: Client, name: string, revision: number): Promise<void> {
  const body = { spec: { template: { metadata: { annotations: { revision: String(revision) } } } } };
  await client.patch(Deployment, { namespace, name }, { type: "application/strategic-merge-patch+json", body });
  await rolledOut(client, name);
}

/** A pod with the first of its containers. */
export interface RunningPod {
  readonly name: string;
  readonly id: string;
  readonly ip: string;
  readonly restarts: number;
  readonly ready: boolean;
}

/** A site's pods, in the order of their names. */
export async function podsOf(client: Client, name: string): Promise<readonly RunningPod[]> {
  const { items } = await client.list(Pod, { namespace, labelSelector: `app=${name}` });
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, status }) => ({
      name: metadata.name,
      id: status?.containerStatuses?.[0]?.containerID ?? "",
      ip: status?.podIP ?? "",
      restarts: status?.containerStatuses?.[0]?.restartCount ?? 0,
      ready: status?.containerStatuses?.[0]?.ready ?? false,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
