// Parts of the control plane and whether they answer, worked out when somebody asks: the store by reading, leaders by their Leases.
import type { KubeObject } from "@knots/machinery";
import { type Clock, parseTime } from "@knots/std";
import type { Store } from "@knots/store";
import type { AnyObject } from "../registry/objects.ts";
import type { Registries } from "../registry/registries.ts";
import type { ComputedKinds } from "./virtual.ts";

const LEASES = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
/** Parts by the names that they have here, and the Leases that their leaders hold. */
const LEADERS = { "controller-manager": "kube-controller-manager", scheduler: "kube-scheduler" } as const;

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly renewTime?: string;
  readonly leaseDurationSeconds?: number;
}

interface Sources {
  readonly store: Store;
  readonly clock: Clock;
  readonly registries: () => Registries;
}

interface Finding {
  readonly status: "True" | "False" | "Unknown";
  readonly message?: string;
  readonly error?: string;
}

const statusOf = (name: string, { status, message = "", error = "" }: Finding): KubeObject =>
  ({
    kind: "ComponentStatus",
    apiVersion: "v1",
    metadata: { name },
    conditions: [{ type: "Healthy", status, ...(message && { message }), ...(error && { error }) }],
  }) as KubeObject;

function leaderFinding(lease: AnyObject | undefined, now: number): Finding {
  const { holderIdentity = "", renewTime, leaseDurationSeconds = 0 }: LeaseSpec = lease?.spec ?? {};
  if (holderIdentity === "" || renewTime === undefined) {
    return { status: "Unknown", message: "no leader holds a Lease: it runs beside this server alone, or not at all" };
  }
  const age = now - parseTime(renewTime);
  if (age <= leaseDurationSeconds * 1000) return { status: "True", message: "ok" };
  return { status: "False", error: `${holderIdentity} last renewed its Lease ${Math.floor(age / 1000)} s ago` };
}

async function storeFinding(store: Store): Promise<Finding> {
  try {
    await store.range({ start: "/registry/health" });
    const { readOnly } = await store.status();
    return readOnly === undefined ? { status: "True", message: "ok" } : { status: "False", error: readOnly };
  } catch (error) {
    return { status: "False", error: error instanceof Error ? error.message : String(error) };
  }
}

/** ComponentStatus. */
export function componentStatuses({ store, clock, registries }: Sources): ComputedKinds {
  return {
    "/componentstatuses": async () => {
      const leases = registries().find(LEASES);
      const held = (name: string) => leases?.cache.get(leases.storage.key("kube-system", name));
      const leaders = Object.entries(LEADERS).map(([name, lease]) =>
        statusOf(name, leaderFinding(held(lease), clock.now())),
      );
      return [leaders[0] as KubeObject, statusOf("etcd-0", await storeFinding(store)), ...leaders.slice(1)];
    },
  };
}
