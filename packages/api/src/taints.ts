// Keys of taints that components set and tolerate, and names of conditions behind them.

/** The node does not pass its readiness check. */
export const NOT_READY_TAINT = "node.kubernetes.io/not-ready";
/** The node has not been heard of. */
export const UNREACHABLE_TAINT = "node.kubernetes.io/unreachable";
/** The node was cordoned. */
export const UNSCHEDULABLE_TAINT = "node.kubernetes.io/unschedulable";
export const MEMORY_PRESSURE_TAINT = "node.kubernetes.io/memory-pressure";
export const DISK_PRESSURE_TAINT = "node.kubernetes.io/disk-pressure";
export const PID_PRESSURE_TAINT = "node.kubernetes.io/pid-pressure";
export const NETWORK_UNAVAILABLE_TAINT = "node.kubernetes.io/network-unavailable";
/** The node was shut down and its pods may be forced away. */
export const OUT_OF_SERVICE_TAINT = "node.kubernetes.io/out-of-service";
/** Keeps ordinary pods off nodes that run the control plane. */
export const CONTROL_PLANE_TAINT = "node-role.kubernetes.io/control-plane";

/** Which taint stands for which node condition, by type and status. */
export const CONDITION_TAINTS: readonly (readonly [condition: string, status: string, taint: string])[] = [
  ["Ready", "False", NOT_READY_TAINT],
  ["Ready", "Unknown", UNREACHABLE_TAINT],
  ["MemoryPressure", "True", MEMORY_PRESSURE_TAINT],
  ["DiskPressure", "True", DISK_PRESSURE_TAINT],
  ["PIDPressure", "True", PID_PRESSURE_TAINT],
  ["NetworkUnavailable", "True", NETWORK_UNAVAILABLE_TAINT],
];

/** Seconds that pods stay on a node that is not ready or not reachable, unless they say otherwise. */
export const DEFAULT_TOLERATION_SECONDS = 300;
