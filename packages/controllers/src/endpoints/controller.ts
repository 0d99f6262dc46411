// The Endpoints controller: one Endpoints object beside every service with a selector.
import { Endpoints, Pod, Service } from "@knots/api";
import { controller, keyOf, splitKey, watch } from "@knots/client";
import { podsOfService, servicesOfPod } from "../endpointslice/controller.ts";
import { plan, type Snapshot } from "./plan.ts";

export const endpointsController = controller<Snapshot>({
  name: "endpoints",
  component: "endpoint-controller",
  primary: Service,
  watches: [
    watch({ kind: Service, keys: (service) => [keyOf(service)] }),
    watch({ kind: Pod, keys: servicesOfPod }),
    watch({ kind: Endpoints, keys: (endpoints) => [keyOf(endpoints)] }),
  ],
  snapshot(key, caches) {
    const { namespace, name } = splitKey(key);
    const service = caches.of(Service).get(namespace, name);
    return (
      service && { service, pods: podsOfService(service, caches), endpoints: caches.of(Endpoints).get(namespace, name) }
    );
  },
  plan,
  workers: 5,
});
