// The node lifecycle controller: it listens for heartbeats and measures silence by its own clock.
import { Lease, Node, Pod } from "@knots/api";
import { type Caches, type Controller, controller, watch } from "@knots/client";
import { conditionOf } from "@knots/machinery";
import type { Clock } from "@knots/std";
import { readinessOf } from "./conditions.ts";
import { plan, type Snapshot } from "./plan.ts";

const LEASES = "kube-node-lease";

export interface NodeLifecycleOptions {
  readonly clock: Clock;
  /** Milliseconds of silence after which a node counts as lost; upstream's 50 s when absent. */
  readonly grace?: number;
}

const byNode = (pod: Pod): readonly string[] => (pod.spec?.nodeName ? [pod.spec.nodeName] : []);
const beatOf = (node: Node): string | undefined => conditionOf(node.status?.conditions, "Ready")?.lastHeartbeatTime;

/** Notes when each node was last heard of; clocks of nodes are never compared with ours. */
function createEar(clock: Clock) {
  const heard = new Map<string, number>();
  const note = (name: string): void => void heard.set(name, clock.now());
  return {
    heardAt: (name: string): number => heard.get(name) ?? clock.now(),
    node(node: Node, previous?: Node): void {
      if (!previous || beatOf(node) !== beatOf(previous)) note(node.metadata.name);
    },
    lease({ metadata, spec }: Lease, previous?: Lease): boolean {
      if (metadata.namespace !== LEASES || (previous && previous.spec?.renewTime === spec?.renewTime)) return false;
      note(metadata.name);
      return true;
    },
  };
}

export function nodeLifecycleController({ clock, grace = 50_000 }: NodeLifecycleOptions): Controller {
  const ear = createEar(clock);
  const alone = (caches: Caches, name: string): boolean =>
    caches
      .of(Node)
      .list()
      .every((node) => node.metadata.name === name || readinessOf(node) !== "True");
  return controller<Snapshot>({
    name: "nodelifecycle",
    component: "node-controller",
    primary: Node,
    watches: [
      watch({
        kind: Node,
        keys(node, _caches, previous) {
          ear.node(node, previous);
          return [node.metadata.name];
        },
      }),
      watch({
        kind: Lease,
        keys: (lease, _caches, previous) => (ear.lease(lease, previous) ? [lease.metadata.name] : []),
      }),
      watch({ kind: Pod, indexes: { node: byNode }, keys: byNode }),
    ],
    snapshot(key, caches) {
      const node = caches.of(Node).get("", key);
      if (!node) return undefined;
      const pods = caches.of(Pod).byIndex("node", key);
      const heardAt = ear.heardAt(key);
      const doubtful = readinessOf(node) !== "True" || clock.now() > heardAt + grace;
      return { node, pods, grace, heardAt, alone: doubtful && alone(caches, key) };
    },
    plan,
    workers: 4,
  });
}
