// What must exist before the first client comes.
import type { Transport } from "@knots/client";
import { isApiError, type KubeObject } from "@knots/machinery";
import type { ResourceTable } from "../resources/table.ts";
import { reconcilePolicy } from "./reconcile-policy.ts";

const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Creates an object unless its name is taken. */
export async function ensure(
  transport: Transport,
  resource: { readonly group: string; readonly version: string; readonly resource: string },
  object: KubeObject,
): Promise<void> {
  const { namespace } = object.metadata;
  try {
    await transport.request({ verb: "create", resource, object, ...(namespace && { namespace }) });
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}

/** Creates the four namespaces, then the built-in roles and bindings. */
export async function createBootstrap(transport: Transport, table: ResourceTable): Promise<void> {
  const resource = { group: "", version: "v1", resource: "namespaces" };
  if (table.find(resource)) {
    for (const name of NAMESPACES) await ensure(transport, resource, { metadata: { name } });
  }
  if (table.find({ group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" })) {
    await reconcilePolicy(transport);
  }
}
