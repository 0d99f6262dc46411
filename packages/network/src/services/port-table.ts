// The virtual ports of this node, kept up to date by object: only what changed is computed again.
import type { EndpointSlice, Pod, Service } from "@knots/api";
import type { Informer } from "@knots/client";
import { deepEqual } from "@knots/std";
import { hostPorts } from "./host-ports.ts";
import type { VirtualPort } from "./model.ts";
import { serviceOfSlice, servicePorts } from "./service-ports.ts";

/** Where virtual ports come from. */
export interface PortSources {
  readonly services: Informer<Service>;
  readonly slices: Informer<EndpointSlice>;
  /** Pods of this node. */
  readonly pods: Informer<Pod>;
}

/** What one refresh changed. */
export interface PortChange {
  readonly before: readonly VirtualPort[];
  readonly after: readonly VirtualPort[];
}

export interface PortTable {
  /** Ordered by name of their object; a port that did not change is the same object as before. */
  readonly ports: readonly VirtualPort[];
  /** Computes the changed objects again. */
  refresh(): PortChange;
  close(): void;
}

const filedUnderService = (slice: EndpointSlice): readonly string[] => [serviceOfSlice(slice)];
const nameOf = ({ metadata }: Service | Pod): string => `${metadata.namespace}/${metadata.name}`;

/** Follows the sources from now on; `changed` is called, synchronously, for every change. */
export function createPortTable(sources: PortSources, node: string, changed: () => void): PortTable {
  const table = new Map<string, readonly VirtualPort[]>();
  const dirty = new Set<string>();
  const slicesOf = sources.slices.index(filedUnderService);
  const touch = (key: string): void => {
    dirty.add(key);
    changed();
  };
  const follow = <T>(informer: Informer<T>, key: (object: T) => string): (() => void) => {
    const told = (object: T): void => touch(key(object));
    return informer.subscribe({ added: told, updated: told, deleted: told });
  };
  const stops = [
    follow(sources.services, (service) => `service ${nameOf(service)}`),
    follow(sources.slices, (slice) => `service ${serviceOfSlice(slice)}`),
    follow(sources.pods, (pod) => `pod ${nameOf(pod)}`),
  ];
  const compute = (key: string): readonly VirtualPort[] => {
    const [kind, path = ""] = key.split(" ");
    const [namespace = "", name = ""] = path.split("/");
    if (kind === "pod") {
      const pod = sources.pods.get(namespace, name);
      return pod ? hostPorts(pod) : [];
    }
    const service = sources.services.get(namespace, name);
    return service ? servicePorts(service, slicesOf(path), node) : [];
  };
  const exchange = (key: string): PortChange => {
    const before = table.get(key) ?? [];
    const after = compute(key).map((port) => before.find((old) => deepEqual(old, port)) ?? port);
    if (after.length === 0) table.delete(key);
    else table.set(key, after);
    return { before, after };
  };
  return {
    get ports() {
      return [...table.keys()].sort().flatMap((key) => table.get(key) ?? []);
    },
    refresh() {
      const changes = [...dirty].map(exchange);
      dirty.clear();
      return { before: changes.flatMap(({ before }) => before), after: changes.flatMap(({ after }) => after) };
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}
