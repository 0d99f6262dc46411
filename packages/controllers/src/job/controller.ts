// The job controller: what it watches, and the failures in a row that it remembers.
import { Job, Pod } from "@knots/api";
import { type Caches, type Controller, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { selectorFromObject } from "@knots/machinery";
import { byControllerUid, controllerRefOf, orphansByNamespace } from "../shared/owner.ts";
import { isTerminal } from "../shared/pods.ts";
import { plan, type Snapshot } from "./plan.ts";
import { endOf, isTracked } from "./pods.ts";
import type { Failures } from "./scale.ts";

/** The value of `managedBy` that means this controller. */
const SELF = "kubernetes.io/job-controller";
const isOurs = ({ spec }: Job): boolean => (spec?.managedBy ?? SELF) === SELF;

/** Key of the job that manages the pod. */
const ownerKeys = (pod: Pod): readonly Key[] => {
  const reference = controllerRefOf(pod);
  return reference?.kind === Job.kind ? [`${pod.metadata.namespace}/${reference.name}`] : [];
};
const heldFor = (pod: Pod): readonly string[] => (isTracked(pod) ? ownerKeys(pod) : []);
const INDEXES = { controller: byControllerUid, orphans: orphansByNamespace, held: heldFor };

/** The jobs that a pod without a manager might join. */
function podKeys(pod: Pod, caches: Caches, previous?: Pod): readonly Key[] {
  const owners = [...ownerKeys(pod), ...(previous ? ownerKeys(previous) : [])];
  if (controllerRefOf(pod) || Object.keys(pod.metadata.labels ?? {}).length === 0) return owners;
  const jobs = caches.of(Job).list(pod.metadata.namespace);
  return [
    ...owners,
    ...jobs.filter((job) => selectorFromObject(job.spec?.selector).matches(pod.metadata.labels)).map(keyOf),
  ];
}

const NONE: Failures = { count: 0, lastAt: 0 };

/** Failures in a row of each job, heard from its pods as they end; after a start it is relearned from those that are there. */
function createMemory() {
  const rows = new Map<string, Failures>();
  return {
    hear(pod: Pod, previous?: Pod): void {
      const uid = controllerRefOf(pod)?.uid;
      if (uid === undefined || !isTracked(pod) || !isTerminal(pod) || (previous && isTerminal(previous))) return;
      const { count, lastAt } = rows.get(uid) ?? NONE;
      if (pod.status?.phase === "Succeeded") rows.delete(uid);
      else rows.set(uid, { count: count + 1, lastAt: Math.max(lastAt, endOf(pod)) });
    },
    of: (uid: string): Failures => rows.get(uid) ?? NONE,
    forget: (uid: string): void => void rows.delete(uid),
  };
}

export function jobController(): Controller {
  const memory = createMemory();
  return controller<Snapshot>({
    name: "job",
    component: "job-controller",
    primary: Job,
    watches: [
      watch({ kind: Job, keys: (job) => [keyOf(job)] }),
      watch({
        kind: Pod,
        indexes: INDEXES,
        keys(pod, caches, previous) {
          const keys = podKeys(pod, caches, previous);
          if (keys.length > 0) memory.hear(pod, previous);
          return keys;
        },
      }),
    ],
    snapshot(key, caches) {
      const { namespace, name } = splitKey(key);
      const job = caches.of(Job).get(namespace, name);
      if (job && !isOurs(job)) return undefined;
      const pods = caches.of(Pod);
      const uid = job?.metadata.uid ?? "";
      const left = pods.byIndex("held", key).filter((pod) => controllerRefOf(pod)?.uid !== uid);
      for (const pod of left) memory.forget(controllerRefOf(pod)?.uid ?? "");
      if (!job) return { job, pods: [], left, failures: NONE };
      const mine = [...pods.byIndex("controller", uid), ...pods.byIndex("orphans", namespace)];
      return { job, pods: mine, left, failures: memory.of(uid) };
    },
    plan,
    workers: 5,
  });
}
