// Ports of containers that use the node's network.
import type { Container } from "./container.ts";

type Ported = Pick<Container, "ports">;

function withHostPorts<C extends Ported>(containers: readonly C[] | undefined): readonly C[] | undefined {
  const open = containers?.some(({ ports = [] }) => ports.some(({ hostPort = 0 }) => hostPort === 0)) ?? false;
  if (!open) return containers;
  return containers?.map((container) =>
    container.ports
      ? { ...container, ports: container.ports.map((port) => ({ hostPort: port.containerPort, ...port })) }
      : container,
  );
}

interface Networked {
  readonly hostNetwork?: boolean;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** Containers on the node's network listen on the node's ports. */
export function hostPortsOfHostNetwork<T extends Networked>(spec: T): T {
  if (spec.hostNetwork !== true) return spec;
  const containers = withHostPorts(spec.containers);
  const initContainers = withHostPorts(spec.initContainers);
  if (containers === spec.containers && initContainers === spec.initContainers) return spec;
  return { ...spec, ...(containers && { containers }), ...(initContainers && { initContainers }) };
}
