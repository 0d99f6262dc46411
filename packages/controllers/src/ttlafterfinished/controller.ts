// The controller of finished jobs' time to live.
import { Job } from "@knots/api";
import { controller, keyOf, splitKey, watch } from "@knots/client";
import { expiryOf, plan } from "./plan.ts";

export const ttlAfterFinishedController = controller<Job>({
  name: "ttlafterfinished",
  component: "ttl-after-finished-controller",
  primary: Job,
  watches: [watch({ kind: Job, keys: (job) => (expiryOf(job) === undefined ? [] : [keyOf(job)]) })],
  snapshot(key, caches) {
    const { namespace, name } = splitKey(key);
    return caches.of(Job).get(namespace, name);
  },
  plan,
});
