// pods/binding: the scheduler's decision on which node a pod runs.
import { ApiError, failure, type KubeObject } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { type Answer, created } from "../chain/answer.ts";
import { badRequest, conflict, unknownResource } from "../errors.ts";
import { type AnyObject, withMeta } from "../registry/objects.ts";
import type { Registries } from "../registry/registries.ts";
import { updateObject } from "../registry/update.ts";
import { exemptFromUpdateRules, podSpec } from "../strategies/pods.ts";
import type { VirtualCall, VirtualKinds } from "../virtual/virtual.ts";
import type { Subresource, SubresourceCall } from "./subresource.ts";

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}
interface Condition {
  readonly type: string;
}
const BINDING = { group: "", kind: "Binding", plural: "pods/binding" };

function targetOf(binding: Binding, name: string): string {
  const { kind = "Node", name: node } = binding.target ?? {};
  if (kind !== "Node" || !node) {
    const field = node ? "target.kind" : "target.name";
    const why = node
      ? `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`
      : "Required value";
    throw new ApiError(
      failure(422, "Invalid", `Binding "${name}" is invalid: ${field}: ${why}`, { name, kind: "Binding" }),
    );
  }
  return node;
}

/** The pod as it is once bound to `node`. */
function bound(pod: AnyObject, binding: Binding, node: string, now: number): AnyObject {
  const { name = "", deletionTimestamp } = pod.metadata;
  const { nodeName, schedulingGates = [] } = podSpec(pod);
  if (deletionTimestamp) throw conflict(BINDING, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (nodeName) throw conflict(BINDING, name, `pod ${name} is already assigned to node "${nodeName}"`);
  if (schedulingGates.length > 0) throw conflict(BINDING, name, `pod ${name} has non-empty .spec.schedulingGates`);
  const status = (pod.status ?? {}) as { readonly conditions?: readonly Condition[] };
  const others = (status.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: formatTime(now) };
  const { labels, annotations } = binding.metadata;
  const meta = {
    ...(labels && { labels: { ...pod.metadata.labels, ...labels } }),
    ...(annotations && { annotations: { ...pod.metadata.annotations, ...annotations } }),
  };
  return exemptFromUpdateRules({
    ...withMeta(pod, meta),
    spec: { ...podSpec(pod), nodeName: node },
    status: { ...status, conditions: [...others, scheduled] },
  });
}

async function bind({ registry, request, context }: SubresourceCall): Promise<Answer> {
  const binding = request.object;
  const name = request.name ?? "";
  if (!binding) throw badRequest("a Binding is required");
  const node = targetOf(binding, name);
  const { uid, resourceVersion } = binding.metadata ?? {};
  const now = registry.tools.clock.now();
  const merge = (_: AnyObject, old: AnyObject): AnyObject => bound(old, binding, node, now);
  const scope = { subresource: "binding", keepsGeneration: true, untracked: true, merge };
  await updateObject(registry, { namespace: request.namespace, name, scope, context }, (current) =>
    withMeta(current, { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }),
  );
  return created({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as KubeObject);
}

export const podBinding: Subresource = { verbs: { create: bind } };

/** The old form of the same: a Binding posted to the collection `bindings`, named after its pod. */
export function bindings(registries: () => Registries): VirtualKinds {
  const post = async ({ request, body, context }: VirtualCall): Promise<KubeObject> => {
    const registry = registries().find({ group: "", version: "v1", resource: "pods" });
    if (!registry) throw unknownResource();
    const named = { ...request, name: body.metadata.name ?? "", object: body };
    const { body: answer } = await bind({ registry, registries: registries(), request: named, context });
    return answer;
  };
  return { "/bindings": post };
}
