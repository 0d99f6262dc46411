// TaintNodesByCondition and NodeRestriction: what nodes are given, and what they may write.
import { nodeNameOf } from "../authorization/node.ts";
import { forbiddenWrite } from "../errors.ts";
import { type AnyObject, equalJson } from "../registry/objects.ts";
import type { AdmissionPlugin, Attributes } from "./admission.ts";

const NOT_READY = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

interface NodeSpec {
  readonly taints?: readonly { readonly key: string; readonly effect: string }[];
}

/** New nodes get no pods until they are known to be ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  mutate({ operation, kind, subresource }, node) {
    if (operation !== "CREATE" || kind.group !== "" || kind.plural !== "nodes" || subresource) return node;
    const spec: NodeSpec = node.spec ?? {};
    const { taints = [] } = spec;
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return node;
    return { ...node, spec: { ...spec, taints: [...taints, NOT_READY] } };
  },
};

const MIRROR = "kubernetes.io/config.mirror";
const RESTRICTED_LABELS = "node-restriction.kubernetes.io/";
const nodeNameIn = (pod: AnyObject | undefined): string | undefined =>
  (pod?.spec as { readonly nodeName?: string } | undefined)?.nodeName;

function refusePodCreate(node: string, pod: AnyObject | undefined): string | undefined {
  if (pod?.metadata.annotations?.[MIRROR] === undefined)
    return `pod does not have "${MIRROR}" annotation, node "${node}" can only create mirror pods`;
  return nodeNameIn(pod) === node ? undefined : `node "${node}" can only create pods with spec.nodeName set to itself`;
}

function refusePod(node: string, { operation, subresource, object, old }: Attributes): string | undefined {
  if (subresource === "eviction")
    return nodeNameIn(old) === node ? undefined : `node "${node}" can only evict pods with spec.nodeName set to itself`;
  if (operation === "CREATE") return refusePodCreate(node, object);
  if (operation === "UPDATE" && subresource !== "status") return `node "${node}" can only update pod status`;
  return nodeNameIn(old) === node
    ? undefined
    : `node "${node}" can only ${operation === "DELETE" ? "delete pods" : "update pod status for pods"} with spec.nodeName set to itself`;
}

function restrictedLabels({ object, old }: Attributes): boolean {
  const pick = (one: AnyObject | undefined): object =>
    Object.fromEntries(Object.entries(one?.metadata.labels ?? {}).filter(([key]) => key.includes(RESTRICTED_LABELS)));
  return !equalJson(pick(object), pick(old));
}

function refuseNode(node: string, attributes: Attributes): string | undefined {
  const { operation, name, object, old } = attributes;
  if (name !== node) return `node "${node}" is not allowed to modify node "${name}"`;
  if (operation === "DELETE") return undefined;
  if (restrictedLabels(attributes)) return `is not allowed to set the following labels: ${RESTRICTED_LABELS}*`;
  const taints = (one: AnyObject | undefined): unknown => (one?.spec as NodeSpec | undefined)?.taints;
  const changed = operation === "UPDATE" && !equalJson(taints(object), taints(old));
  return changed ? `node "${node}" is not allowed to modify taints` : undefined;
}

/** Kubelets write their own node and the status of their own pods. */
export const nodeRestriction: AdmissionPlugin = {
  name: "NodeRestriction",
  validate(attributes) {
    const { kind, context, name } = attributes;
    const node = nodeNameOf(context.user);
    if (node === undefined || kind.group !== "") return;
    const why =
      kind.plural === "pods"
        ? refusePod(node, attributes)
        : kind.plural === "nodes"
          ? refuseNode(node, attributes)
          : undefined;
    if (why !== undefined) throw forbiddenWrite(kind, name, why);
  },
};
