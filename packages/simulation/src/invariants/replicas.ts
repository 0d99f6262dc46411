// Invariants of replica counts: never more pods than asked for, never more sets' replicas than the surge allows.
import { Pod, ReplicaSet } from "@knots/api";
import type { KubeObject } from "@knots/machinery";
import type { Invariant } from "./invariant.ts";

const MAX = "deployment.kubernetes.io/max-replicas";
const ownerUid = ({ metadata }: KubeObject): readonly string[] =>
  (metadata.ownerReferences ?? []).filter(({ controller }) => controller).map(({ uid }) => uid);
const isActive = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";

export const withinSurge: Invariant = {
  id: "I12",
  doc: "A rollout never asks for more pods than the wanted number and the surge.",
  watch(informers, accuse) {
    const sets = informers.informer(ReplicaSet);
    const ofOwner = sets.index(ownerUid);
    const check = (set: ReplicaSet, before: number): void => {
      const [uid] = ownerUid(set);
      const most = Number(set.metadata.annotations?.[MAX]);
      if (uid === undefined || Number.isNaN(most) || (set.spec?.replicas ?? 0) <= before) return;
      const asked = ofOwner(uid).reduce((sum, { spec }) => sum + (spec?.replicas ?? 0), 0);
      if (asked > most) accuse(`sets beside ${set.metadata.name} ask for ${asked} pods, and ${most} are allowed`);
    };
    return sets.subscribe({
      added: (set) => check(set, 0),
      updated: (set, previous) => check(set, previous.spec?.replicas ?? 0),
    });
  },
};

export const neverTooMany: Invariant = {
  id: "I12",
  doc: "A ReplicaSet never creates a pod beyond its number.",
  watch(informers, accuse) {
    const pods = informers.informer(Pod);
    const sets = informers.informer(ReplicaSet);
    const ofSet = pods.index(ownerUid);
    const check = (pod: Pod): void => {
      const [uid = ""] = ownerUid(pod);
      const set = sets.list(pod.metadata.namespace).find(({ metadata }) => metadata.uid === uid);
      // A set whose change its controller has not seen yet may still have the old number of pods.
      if (!set || set.status?.observedGeneration !== set.metadata.generation) return;
      const active = ofSet(uid).filter(isActive).length;
      const wanted = set.spec?.replicas ?? 1;
      if (active > wanted) accuse(`set ${set.metadata.name} has ${active} active pods and wants ${wanted}`);
    };
    // The set's number is read at once: a controller's round lies between it and the pod, so the copy has it.
    return pods.subscribe({ added: check });
  },
};
