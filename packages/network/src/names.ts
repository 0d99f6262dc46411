// Names that a cluster uses on its host; all carry its id, so that two clusters on one machine never meet.

/** What every bridge of ours begins with, whichever cluster it belongs to. */
export const BRIDGE_PREFIX = "kts";

/** Name of the bridge on which the pods of cluster `id` hang. */
export const bridgeName = (id: string): string => `${BRIDGE_PREFIX}${id}`;
/** The nft table (family ip) of service rules. */
export const servicesTable = (id: string): string => `knots_${id}`;
/** The nft table (family ip) of the pod network. */
export const podsTable = (id: string): string => `knots_${id}_pods`;
/** Name of the CNI network. */
export const cniNetworkName = (id: string): string => `kts-${id}`;
