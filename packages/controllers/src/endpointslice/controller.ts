// The EndpointSlice controller: what it watches and how a snapshot is taken.
import { EndpointSlice, Node, Pod, Service } from "@knots/api";
import { type Caches, controller, type Key, keyOf, splitKey, watch } from "@knots/client";
import { selectorOfService } from "../shared/backends.ts";
import { MANAGED_BY, MANAGER, plan, SERVICE_NAME, type Snapshot } from "./plan.ts";

const bySlicedService = ({ metadata }: EndpointSlice): readonly string[] =>
  metadata.labels?.[MANAGED_BY] === MANAGER ? [`${metadata.namespace}/${metadata.labels[SERVICE_NAME]}`] : [];

/** The services whose selector matches the pod now, or matched it before. */
export function servicesOfPod(pod: Pod, caches: Caches, previous?: Pod): readonly Key[] {
  return caches
    .of(Service)
    .list(pod.metadata.namespace)
    .filter((service) => {
      const selector = selectorOfService(service);
      return [pod, previous].some((each) => each && selector?.matches(each.metadata.labels));
    })
    .map(keyOf);
}

/** Pods that the service selects. */
export function podsOfService(service: Service, caches: Caches): readonly Pod[] {
  const selector = selectorOfService(service);
  if (!selector) return [];
  return caches
    .of(Pod)
    .list(service.metadata.namespace)
    .filter(({ metadata }) => selector.matches(metadata.labels));
}

function snapshot(key: Key, caches: Caches): Snapshot | undefined {
  const { namespace, name } = splitKey(key);
  const service = caches.of(Service).get(namespace, name);
  if (!service) return undefined;
  const pods = podsOfService(service, caches);
  const names = new Set(pods.map(({ spec }) => spec?.nodeName ?? ""));
  const nodes = [...names].map((node) => caches.of(Node).get("", node)).filter((node) => node !== undefined);
  const slices = caches
    .of(EndpointSlice)
    .byIndex("service", key)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return { service, pods, slices, nodes };
}

export const endpointSliceController = controller<Snapshot>({
  name: "endpointslice",
  component: "endpoint-slice-controller",
  primary: Service,
  watches: [
    watch({ kind: Service, keys: (service) => [keyOf(service)] }),
    watch({ kind: Pod, keys: servicesOfPod }),
    watch({ kind: EndpointSlice, indexes: { service: bySlicedService }, keys: bySlicedService }),
    watch({ kind: Node, keys: () => [] }),
  ],
  snapshot,
  plan,
  workers: 5,
});
