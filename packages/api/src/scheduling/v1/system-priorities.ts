// The priority classes that every cluster has.

/** Names of the system's classes start so. */
export const SYSTEM_PREFIX = "system-";
/** The most that other classes may have. */
export const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** Priority of the system's classes. */
export const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};
