// Public names of @knots/cluster.
export { ADMIN, nodeUser } from "./components/identities.ts";
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "./control-plane/control-plane.node.ts";
export { Cluster, startCluster } from "./embedded/cluster.ts";
export type { ClusterOptions } from "./embedded/options.ts";
