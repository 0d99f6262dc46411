// The roles and bindings that every cluster has.
import type { KubeObject } from "@knots/machinery";
import type { Rule } from "../authorization/rules.ts";
import { CONTROLLER_MANAGER_RULES, DNS_RULES, NODE_RULES, PROXIER_RULES, SCHEDULER_RULES } from "./component-roles.ts";
import { CONTROLLER_RULES } from "./controller-roles.ts";
import * as user from "./user-roles.ts";

const GROUP = "rbac.authorization.k8s.io";
const LABELS = { "kubernetes.io/bootstrapping": "rbac-defaults" };
const ANNOTATIONS = { [`${GROUP}/autoupdate`]: "true" };

export interface RoleObject extends KubeObject {
  readonly rules: readonly Rule[];
  readonly aggregationRule?: unknown;
}
export interface BindingObject extends KubeObject {
  readonly subjects: readonly object[];
  readonly roleRef: object;
}

function role(name: string, rules: readonly Rule[], labels: Readonly<Record<string, string>> = {}): RoleObject {
  return { metadata: { name, labels: { ...LABELS, ...labels }, annotations: ANNOTATIONS }, rules };
}

/** A role whose rules are gathered from all roles with the label; here they start with what is built in. */
function aggregated(name: string, rules: readonly Rule[], labels: Readonly<Record<string, string>> = {}): RoleObject {
  const matchLabels = { [`${GROUP}/aggregate-to-${name}`]: "true" };
  return { ...role(name, rules, labels), aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
}

const feeds = (name: string): Readonly<Record<string, string>> => ({ [`${GROUP}/aggregate-to-${name}`]: "true" });
const { ADMIN_RULES, EDIT_RULES, VIEW_RULES } = user;

/** All built-in ClusterRoles. */
export const clusterRoles: readonly RoleObject[] = [
  role("cluster-admin", user.CLUSTER_ADMIN_RULES),
  aggregated("admin", [...ADMIN_RULES, ...EDIT_RULES, ...VIEW_RULES]),
  aggregated("edit", [...EDIT_RULES, ...VIEW_RULES], feeds("admin")),
  aggregated("view", VIEW_RULES, feeds("edit")),
  role("system:aggregate-to-admin", ADMIN_RULES, feeds("admin")),
  role("system:aggregate-to-edit", EDIT_RULES, feeds("edit")),
  role("system:aggregate-to-view", VIEW_RULES, feeds("view")),
  role("system:discovery", user.DISCOVERY_RULES),
  role("system:public-info-viewer", user.PUBLIC_INFO_RULES),
  role("system:monitoring", user.MONITORING_RULES),
  role("system:basic-user", user.BASIC_USER_RULES),
  role("system:auth-delegator", user.AUTH_DELEGATOR_RULES),
  role("system:kubelet-api-admin", user.KUBELET_API_RULES),
  role("system:service-account-issuer-discovery", user.ISSUER_DISCOVERY_RULES),
  role("system:node", NODE_RULES),
  role("system:node-proxier", PROXIER_RULES),
  role("system:kube-scheduler", SCHEDULER_RULES),
  role("system:kube-controller-manager", CONTROLLER_MANAGER_RULES),
  role("system:kube-dns", DNS_RULES),
  ...Object.entries(CONTROLLER_RULES).map(([name, rules]) => role(`system:controller:${name}`, rules)),
];

const group = (name: string): object => ({ apiGroup: GROUP, kind: "Group", name });
const person = (name: string): object => ({ apiGroup: GROUP, kind: "User", name });
const account = (name: string): object => ({ kind: "ServiceAccount", name, namespace: "kube-system" });

function binding(name: string, ...subjects: readonly object[]): BindingObject {
  const roleRef = { apiGroup: GROUP, kind: "ClusterRole", name };
  return { metadata: { name, labels: LABELS, annotations: ANNOTATIONS }, roleRef, subjects };
}

/** All built-in ClusterRoleBindings. */
export const clusterRoleBindings: readonly BindingObject[] = [
  binding("cluster-admin", group("system:masters")),
  binding("system:monitoring", group("system:monitoring")),
  binding("system:discovery", group("system:authenticated")),
  binding("system:basic-user", group("system:authenticated")),
  binding("system:public-info-viewer", group("system:authenticated"), group("system:unauthenticated")),
  binding("system:service-account-issuer-discovery", group("system:serviceaccounts")),
  binding("system:node-proxier", person("system:kube-proxy")),
  binding("system:kube-scheduler", person("system:kube-scheduler")),
  binding("system:kube-controller-manager", person("system:kube-controller-manager")),
  binding("system:kube-dns", account("kube-dns")),
  { ...binding("system:node"), subjects: [] },
  ...Object.keys(CONTROLLER_RULES).map((name) => binding(`system:controller:${name}`, account(name))),
];
