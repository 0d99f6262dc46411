// Defaults of pods that follow from several fields.
import type { Container } from "./container.ts";
import type { PodSpec } from "./pod-spec.ts";

/** A limit without a request is a request too. */
function withRequests(container: Container): Container {
  const { limits = {}, requests = {} } = container.resources ?? {};
  if (Object.keys(limits).every((name) => requests[name] !== undefined)) return container;
  return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } };
}

const mapShared = (containers: readonly Container[]): readonly Container[] => {
  const changed = containers.map(withRequests);
  return changed.every((container, index) => container === containers[index]) ? containers : changed;
};

/** What a pod gets beyond a pod template: requests from limits, and service links. */
export function completePod<T extends { readonly spec: PodSpec }>(pod: T): T {
  const { spec } = pod;
  if (!Array.isArray(spec.containers)) return pod;
  const containers = mapShared(spec.containers);
  const initContainers = spec.initContainers && mapShared(spec.initContainers);
  const same = containers === spec.containers && initContainers === spec.initContainers;
  if (same && spec.enableServiceLinks !== undefined) return pod;
  return {
    ...pod,
    spec: { enableServiceLinks: true, ...spec, containers, ...(initContainers && { initContainers }) },
  };
}
