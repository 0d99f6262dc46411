// pods/ephemeralcontainers: adds debugging containers to a running pod.
import type { AnyObject } from "../registry/objects.ts";
import type { UpdateScope } from "../registry/update-scope.ts";
import { exemptFromUpdateRules, podSpec } from "../strategies/pods.ts";

export const podEphemeralContainers: UpdateScope = {
  subresource: "ephemeralcontainers",
  merge: (pod, old): AnyObject =>
    exemptFromUpdateRules({
      ...old,
      spec: { ...podSpec(old), ephemeralContainers: podSpec(pod).ephemeralContainers },
    }),
};
