// The `kubernetes` Service and where it leads: how programs in the cluster reach the API.
import type { Transport } from "@knots/client";
import { type Cidr, formatIPv4, type GroupVersionResource, isApiError, type KubeObject } from "@knots/machinery";
import type { ResourceTable } from "../resources/table.ts";

/** Where clients reach the server. */
export interface Advertised {
  readonly address: string;
  readonly port: number;
}

const SERVICES = { group: "", version: "v1", resource: "services" };
const ENDPOINTS = { group: "", version: "v1", resource: "endpoints" };
const SLICES = { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" };
const NAME = "kubernetes";

/** Address of the `kubernetes` Service: the first of the range. */
export const kubernetesAddress = ({ base }: Cidr): string => formatIPv4(base + 1);

/** Creates an object or brings it to the wanted state; what the server filled in stays. */
async function put(transport: Transport, resource: GroupVersionResource, object: KubeObject): Promise<void> {
  const base = { resource, namespace: "default" } as const;
  try {
    await transport.request({ verb: "create", ...base, object });
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
    const body = JSON.parse(JSON.stringify(object)) as never;
    await transport.request({
      verb: "patch",
      ...base,
      name: NAME,
      patch: { type: "application/merge-patch+json", body },
    });
  }
}

/** Writes the Service. */
export async function publishService(
  transport: Transport,
  table: ResourceTable,
  advertised: Advertised | undefined,
  range: Cidr,
): Promise<void> {
  const labels = { component: "apiserver", provider: "kubernetes" };
  const service = {
    metadata: { name: NAME, labels },
    spec: {
      type: "ClusterIP",
      clusterIP: kubernetesAddress(range),
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: advertised?.port ?? 443 }],
      sessionAffinity: "None",
    },
  } as KubeObject;
  if (table.find(SERVICES)) await put(transport, SERVICES, service);
}

/** Writes where the Service leads: its Endpoints and its EndpointSlice. Servers of a cluster have one port; those with another are left out. */
export async function publishEndpoints(
  transport: Transport,
  table: ResourceTable,
  servers: readonly Advertised[],
): Promise<void> {
  const port = servers[0]?.port ?? 443;
  const addresses = [...new Set(servers.filter((one) => one.port === port).map(({ address }) => address))].toSorted();
  const ports = [{ name: "https", port, protocol: "TCP" }];
  const endpoints = {
    metadata: { name: NAME, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports }],
  } as KubeObject;
  const slice = {
    metadata: { name: NAME, labels: { "kubernetes.io/service-name": NAME } },
    addressType: "IPv4",
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports,
  } as KubeObject;
  const all = [
    [ENDPOINTS, endpoints],
    [SLICES, slice],
  ] as const;
  for (const [resource, object] of all) if (table.find(resource)) await put(transport, resource, object);
}
