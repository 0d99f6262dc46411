// One simulated machine: up or down, heartbeats while it is up, and what it remembers of its pods.
import type { Pod } from "@knots/api";
import type { Timer } from "@knots/std";
import type { Start } from "../pod/observe.ts";
import { type AddressPool, createAddressPool } from "./addresses.ts";
import type { SimulatedNode, SimulationOptions } from "./options.ts";
import { register, renewLease, reportStatus } from "./report.ts";

const HEARTBEAT = 10_000;
/** A healthy status is written again after this many milliseconds even when nothing changed. */
const STATUS_EVERY = 300_000;

export interface Machine {
  readonly node: SimulatedNode;
  readonly up: boolean;
  /** Registers the node and reports it healthy, now and with every heartbeat; resolves after the first try. `pods` are those that were on it before. */
  start(pods: readonly Pod[]): Promise<void>;
  /** As if the power went: no heartbeat, no pod report; the containers are gone. */
  stop(): void;
  /** The pod's start on this machine; one that ran before the machine came up counts as restarted. */
  startOf(pod: Pod): Start;
  markStopped(pod: Pod, at: number): Start;
  addressOf(pod: Pod): string;
  forget(uid: string): void;
}

const isEnded = ({ status }: Pod): boolean => status?.phase === "Failed" || status?.phase === "Succeeded";

const restartsOf = (pod: Pod): number => {
  const statuses = pod.status?.containerStatuses;
  return statuses ? Math.max(0, ...statuses.map(({ restartCount }) => restartCount)) + 1 : 0;
};

type Outside = Pick<SimulationOptions, "clientOf" | "clock" | "log" | "heartbeat">;

/** The heart of a machine: a timer that registers and reports while it beats; what fails is tried again with the next beat. */
function createHeart(node: SimulatedNode, { clientOf, clock, log, heartbeat = HEARTBEAT }: Outside) {
  const client = clientOf(node.name);
  let timer: Timer | undefined;
  let since = 0;
  let registered = false;
  let reportedAt = 0;
  const report = async (): Promise<void> => {
    const now = clock.now();
    if (!registered) await register(client, node);
    registered = true;
    if (now - reportedAt >= STATUS_EVERY && (await reportStatus(client, node, since, now))) reportedAt = now;
    await renewLease(client, node, now);
  };
  const beat = (): Promise<void> => {
    timer = clock.setTimer(heartbeat, () => void beat());
    return report().catch((error: unknown) => log.debug("heartbeat failed", { node: node.name, error }));
  };
  return {
    begin(): Promise<void> {
      since = clock.now();
      registered = false;
      reportedAt = 0;
      return beat();
    },
    end: () => timer?.cancel(),
  };
}

/** Creates a machine that is down. */
export function createMachine(node: SimulatedNode, outside: Outside): Machine {
  const heart = createHeart(node, outside);
  let pool: AddressPool = createAddressPool(node.podCIDR);
  const starts = new Map<string, Start>();
  let up = false;
  return {
    node,
    get up() {
      return up;
    },
    async start(pods) {
      if (up) return;
      up = true;
      pool = createAddressPool(node.podCIDR);
      for (const pod of pods) if (!isEnded(pod) && pod.status?.podIP) pool.take(pod.metadata.uid, pod.status.podIP);
      await heart.begin();
    },
    stop() {
      up = false;
      heart.end();
      starts.clear();
    },
    startOf(pod) {
      const { uid } = pod.metadata;
      const known = starts.get(uid) ?? { at: outside.clock.now(), restarts: restartsOf(pod) };
      starts.set(uid, known);
      return known;
    },
    markStopped(pod, at) {
      const known = starts.get(pod.metadata.uid) ?? { at, restarts: restartsOf(pod) };
      const stopped = known.stoppedAt === undefined ? { ...known, stoppedAt: at } : known;
      starts.set(pod.metadata.uid, stopped);
      return stopped;
    },
    addressOf: (pod) => (pod.spec?.hostNetwork ? node.address : pool.take(pod.metadata.uid, pod.status?.podIP)),
    forget(uid) {
      starts.delete(uid);
      pool.release(uid);
    },
  };
}
