// What makes a stateful set's pods and claims recognizable: names, ordinals, labels, volumes.
import { type ControllerRevision, Pod, StatefulSet } from "@knots/api";
import type { Write } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import { controllerRefTo } from "../shared/owner.ts";
import { REVISION_HASH, templateOf } from "../shared/revisions.ts";

const POD_NAME = "statefulset.kubernetes.io/pod-name";
const POD_INDEX = "apps.kubernetes.io/pod-index";

type ClaimTemplate = NonNullable<NonNullable<StatefulSet["spec"]>["volumeClaimTemplates"]>[number];

export const firstOrdinal = (set: StatefulSet): number => set.spec?.ordinals?.start ?? 0;
export const sizeOf = (set: StatefulSet): number => set.spec?.replicas ?? 1;
export const claimTemplates = (set: StatefulSet): readonly ClaimTemplate[] => set.spec?.volumeClaimTemplates ?? [];

/** The ordinal in the name of one of the set's pods; undefined for names that are not. */
export function ordinalOf(set: StatefulSet, { metadata: { name = "" } }: KubeObject): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const text = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
}
export const podName = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`;
export const claimName = (set: StatefulSet, template: ClaimTemplate, ordinal: number): string =>
  `${template.metadata?.name}-${podName(set, ordinal)}`;

const identityLabels = (set: StatefulSet, ordinal: number): Readonly<Record<string, string>> => ({
  [POD_NAME]: podName(set, ordinal),
  [POD_INDEX]: String(ordinal),
});

/** Claims take the place of volumes of the template that have their name. */
function volumesOf(set: StatefulSet, volumes: readonly { readonly name: string }[] = [], ordinal: number) {
  const claims = claimTemplates(set).map((template) => ({
    name: template.metadata?.name ?? "",
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  return [...claims, ...volumes.filter(({ name }) => claims.every((claim) => claim.name !== name))];
}

/** The pod of one ordinal, after the template that the revision keeps. */
export function newPod(set: StatefulSet, ordinal: number, revision: ControllerRevision): Write {
  const { metadata, spec } = templateOf(revision);
  const volumes = volumesOf(set, spec?.volumes, ordinal);
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: podName(set, ordinal),
      namespace: set.metadata.namespace,
      labels: { ...metadata?.labels, ...identityLabels(set, ordinal), [REVISION_HASH]: revision.metadata.name },
      ...(metadata?.annotations && { annotations: metadata.annotations }),
      ...(metadata?.finalizers && { finalizers: metadata.finalizers }),
      ownerReferences: [controllerRefTo(StatefulSet, set)],
    },
    spec: {
      ...spec,
      hostname: podName(set, ordinal),
      ...(set.spec?.serviceName && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
  return { verb: "create", kind: Pod, object };
}

/** Gives an adopted pod the labels of its ordinal. */
export function identify(set: StatefulSet, pod: Pod, ordinal: number): readonly Write[] {
  const labels = identityLabels(set, ordinal);
  if (Object.entries(labels).every(([key, value]) => pod.metadata.labels?.[key] === value)) return [];
  const { uid, resourceVersion } = pod.metadata;
  return [{ verb: "patch", kind: Pod, object: pod, body: { metadata: { uid, resourceVersion, labels } } }];
}
