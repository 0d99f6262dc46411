// The cron job controller: what it watches and how a snapshot is taken.
import { CronJob, Job } from "@knots/api";
import { controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { byControllerUid, controllerRefOf } from "../shared/owner.ts";
import { plan, type Snapshot } from "./plan.ts";

function ownerKeys(job: Job): readonly Key[] {
  const reference = controllerRefOf(job);
  return reference?.kind === CronJob.kind ? [`${job.metadata.namespace}/${reference.name}`] : [];
}

export const cronJobController = controller<Snapshot>({
  name: "cronjob",
  component: "cronjob-controller",
  primary: CronJob,
  watches: [
    watch({ kind: CronJob, keys: (cronJob) => [keyOf(cronJob)] }),
    watch({ kind: Job, indexes: { controller: byControllerUid }, keys: ownerKeys }),
  ],
  snapshot(key, caches) {
    const { namespace, name } = splitKey(key);
    const cronJob = caches.of(CronJob).get(namespace, name);
    return cronJob && { cronJob, jobs: caches.of(Job).byIndex("controller", cronJob.metadata.uid) };
  },
  plan,
  workers: 5,
});
