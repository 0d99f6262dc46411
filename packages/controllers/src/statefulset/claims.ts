// The claims of a stateful set's pods: made before the pod, and owned as the retention policy says.
import { PersistentVolumeClaim, Pod, StatefulSet } from "@knots/api";
import type { Write } from "@knots/client";
import type { OwnerReference } from "@knots/machinery";
import { controllerRefTo } from "../shared/owner.ts";
import { claimName, claimTemplates, podName } from "./identity.ts";

/** A set with the claims of its namespace by name. */
export interface Storage {
  readonly set: StatefulSet;
  readonly claims: ReadonlyMap<string, PersistentVolumeClaim>;
}

const policyOf = ({ spec }: StatefulSet) => {
  const { whenDeleted = "Retain", whenScaled = "Retain" } = spec?.persistentVolumeClaimRetentionPolicy ?? {};
  return { deletedWithSet: whenDeleted === "Delete", deletedWithPod: whenScaled === "Delete" };
};

/** Who should own the claims of a pod; a pod that is scaled away takes them along where the policy says so. */
function ownerOf(set: StatefulSet, condemned: Pod | undefined): readonly OwnerReference[] {
  const { deletedWithSet, deletedWithPod } = policyOf(set);
  if (condemned && deletedWithPod) return [controllerRefTo(Pod, condemned)];
  return deletedWithSet ? [controllerRefTo(StatefulSet, set)] : [];
}

/** Creates the claims of an ordinal that are missing. */
export function missingClaims({ set, claims }: Storage, ordinal: number): readonly Write[] {
  const owners = ownerOf(set, undefined);
  return claimTemplates(set)
    .filter((template) => !claims.has(claimName(set, template, ordinal)))
    .map((template): Write => {
      const { labels, annotations } = template.metadata ?? {};
      const metadata = {
        name: claimName(set, template, ordinal),
        namespace: set.metadata.namespace,
        labels: { ...labels, ...set.spec?.selector?.matchLabels },
        ...(annotations && { annotations }),
        ...(owners.length > 0 && { ownerReferences: owners }),
      };
      const object = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: template.spec };
      return { verb: "create", kind: PersistentVolumeClaim, object };
    });
}

const claimsOf = ({ set, claims }: Storage, ordinal: number): readonly PersistentVolumeClaim[] =>
  claimTemplates(set).flatMap((template) => claims.get(claimName(set, template, ordinal)) ?? []);

/** Whether a claim still goes away with an earlier pod of the ordinal: the next one has to wait for that. */
export function hasStaleClaim(storage: Storage, ordinal: number): boolean {
  const { set } = storage;
  if (!policyOf(set).deletedWithPod) return false;
  return claimsOf(storage, ordinal).some(
    ({ metadata }) =>
      metadata.deletionTimestamp !== undefined ||
      (metadata.ownerReferences ?? []).some(({ kind, name }) => kind === "Pod" && name === podName(set, ordinal)),
  );
}

/** Brings the owners of an ordinal's claims in line with the policy. Claims that somebody else manages are left to them. */
export function ownClaims(storage: Storage, pod: Pod, ordinal: number, condemned: boolean): readonly Write[] {
  const { set } = storage;
  const wanted = ownerOf(set, condemned ? pod : undefined);
  const isOurs = ({ kind, uid, name }: OwnerReference): boolean =>
    uid === set.metadata.uid || uid === pod.metadata.uid || (kind === "Pod" && name === pod.metadata.name);
  return claimsOf(storage, ordinal).flatMap((claim): readonly Write[] => {
    const owners = claim.metadata.ownerReferences ?? [];
    const foreign = owners.filter((owner) => !isOurs(owner));
    const ours = owners.filter(isOurs);
    const next = foreign.some(({ controller }) => controller) ? [] : wanted;
    if (ours.length === next.length && ours.every(({ uid, controller }, at) => controller && uid === next[at]?.uid))
      return [];
    const metadata = { ...claim.metadata, ownerReferences: [...foreign, ...next] };
    return [{ verb: "update", kind: PersistentVolumeClaim, object: { ...claim, metadata } }];
  });
}
