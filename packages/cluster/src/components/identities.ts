// Who each component is: the user names and groups that upstream's bootstrap roles know.
import { authenticated, MASTERS_GROUP, type User } from "@knots/apiserver";

export const ADMIN: User = authenticated("knots:admin", [MASTERS_GROUP]);
/** The API server reading for itself. */
export const LOOPBACK_USER: User = authenticated("system:apiserver", [MASTERS_GROUP]);
export const CONTROLLER_MANAGER: User = authenticated("system:kube-controller-manager");
export const SCHEDULER: User = authenticated("system:kube-scheduler");

/** The service account that a controller acts as, such as `deployment-controller`. */
export const controllerUser = (name: string): User =>
  authenticated(`system:serviceaccount:kube-system:${name}`, [
    "system:serviceaccounts",
    "system:serviceaccounts:kube-system",
  ]);

/** The identity of a node's agent. */
export const nodeUser = (name: string): User => authenticated(`system:node:${name}`, ["system:nodes"]);
