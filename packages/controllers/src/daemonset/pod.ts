// The pod of a daemon set for one node, and which node a pod is for.
import { type ControllerRevision, DaemonSet, Pod } from "@knots/api";
import type { Write } from "@knots/client";
import { controllerRefTo } from "../shared/owner.ts";
import { REVISION_HASH } from "../shared/revisions.ts";
import { tolerationsOf } from "./eligible.ts";

type Affinity = NonNullable<NonNullable<Pod["spec"]>["affinity"]>;

/** Each term of the template is narrowed to the node: what it asks of labels was checked against that node already. */
function affinityTo(affinity: Affinity | undefined, node: string): Affinity {
  const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [node] }];
  const { nodeAffinity } = affinity ?? {};
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return { ...affinity, nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required } };
}

/** The pod for `node`, which the scheduler places there. */
export function newPod(set: DaemonSet, node: string, revision: ControllerRevision): Write {
  const { metadata, spec } = set.spec?.template ?? {};
  const hash = revision.metadata.labels?.[REVISION_HASH] ?? "";
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      labels: { ...metadata?.labels, [REVISION_HASH]: hash },
      ...(metadata?.annotations && { annotations: metadata.annotations }),
      ...(metadata?.finalizers && { finalizers: metadata.finalizers }),
      ownerReferences: [controllerRefTo(DaemonSet, set)],
    },
    spec: { ...spec, affinity: affinityTo(spec?.affinity, node), tolerations: tolerationsOf(spec) },
  };
  return { verb: "create", kind: Pod, object };
}

/** The node that a pod is on, or is meant for while it waits to be placed. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const rules = terms.flatMap(({ matchFields = [] }) => matchFields);
  return rules.find(({ key, operator }) => key === "metadata.name" && operator === "In")?.values?.[0];
}
