// Tells the API server where a pod goes, and finds out what became of it when the answer was lost.
import { Pod } from "@knots/api";
import { type Client, UnknownOutcomeError } from "@knots/client";
import { ApiError, isApiError } from "@knots/machinery";
import type { PodInfo } from "../snapshot/pod-info.ts";

/** `bound`: it is on the node. `gone`: there is nothing left to place. `failed`: it is still without a node. */
export type Bound =
  | { readonly state: "bound" }
  | { readonly state: "gone" }
  | { readonly state: "failed"; readonly error: unknown };

/** Looks at the live pod, which alone knows. */
async function lookUp(client: Client, pod: PodInfo, node: string, error: unknown): Promise<Bound> {
  const live = await client.find(Pod, pod.pod.metadata);
  if (!live || live.metadata.uid !== pod.uid) return { state: "gone" };
  if (live.spec?.nodeName === node) return { state: "bound" };
  return live.spec?.nodeName ? { state: "gone" } : { state: "failed", error };
}

const isUncertain = (error: unknown): boolean =>
  error instanceof UnknownOutcomeError || (error instanceof ApiError && (error.code >= 500 || error.code === 409));

/** Binds a pod to a node; the binding names the pod's UID, so that a namesake is never bound by mistake. */
export async function bind(client: Client, pod: PodInfo, node: string): Promise<Bound> {
  const { name, namespace, uid } = pod.pod.metadata;
  const target = { apiVersion: "v1", kind: "Node", name: node };
  const binding = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace, uid }, target };
  try {
    await client.createSubresource(Pod, { name, namespace }, "binding", binding);
    return { state: "bound" };
  } catch (error) {
    if (isApiError(error, "NotFound")) return { state: "gone" };
    return isUncertain(error) ? lookUp(client, pod, node, error) : { state: "failed", error };
  }
}
