// The ConfigMap from which extension API servers learn whose client certificates to believe.
import type { Transport } from "@knots/client";
import { isApiError, type KubeObject } from "@knots/machinery";
import type { ResourceTable } from "../resources/table.ts";

const CONFIG_MAPS = { group: "", version: "v1", resource: "configmaps" };
const NAME = "extension-apiserver-authentication";
const NAMESPACE = "kube-system";

/** Writes the authority's PEM; entries that others made stay. */
export async function publishClientCa(transport: Transport, table: ResourceTable, pem: string): Promise<void> {
  if (!table.find(CONFIG_MAPS)) return;
  const data = { "client-ca-file": pem };
  const base = { resource: CONFIG_MAPS, namespace: NAMESPACE } as const;
  try {
    const object = { metadata: { name: NAME }, data } as KubeObject;
    await transport.request({ verb: "create", ...base, object });
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
    const patch = { type: "application/merge-patch+json", body: { data } } as const;
    await transport.request({ verb: "patch", ...base, name: NAME, patch });
  }
}
