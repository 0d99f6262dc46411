// Built-in roles for people: cluster-admin, and the aggregated admin, edit and view.
import type { Rule } from "../authorization/rules.ts";
import { paths, READ, READ_WRITE, rule, WRITE } from "./role-rules.ts";

const CORE_VIEW =
  "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status";
const CORE_VIEW_MORE =
  "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status";
const APPS =
  "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status";
const APPS_WRITE =
  "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale";
const BATCH = "cronjobs cronjobs/status jobs jobs/status";

export const VIEW_RULES: readonly Rule[] = [
  rule(READ, "", CORE_VIEW),
  rule(READ, "", CORE_VIEW_MORE),
  rule(READ, "", "namespaces"),
  rule(READ, "discovery.k8s.io", "endpointslices"),
  rule(READ, "apps", APPS),
  rule(READ, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
  rule(READ, "batch", BATCH),
  rule(READ, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
  rule(READ, "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
];

export const EDIT_RULES: readonly Rule[] = [
  rule(READ, "", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
  rule("impersonate", "", "serviceaccounts"),
  rule(WRITE, "", "pods pods/attach pods/exec pods/portforward pods/proxy"),
  rule("create", "", "pods/eviction"),
  rule(
    WRITE,
    "",
    "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
  ),
  rule("create", "", "serviceaccounts/token"),
  rule(WRITE, "apps", APPS_WRITE),
  rule(WRITE, "autoscaling", "horizontalpodautoscalers"),
  rule(WRITE, "batch", "cronjobs jobs"),
  rule(WRITE, "policy", "poddisruptionbudgets"),
  rule(WRITE, "networking.k8s.io", "ingresses networkpolicies"),
  rule(READ_WRITE, "coordination.k8s.io", "leases"),
];

export const ADMIN_RULES: readonly Rule[] = [
  rule("create", "authorization.k8s.io", "localsubjectaccessreviews"),
  rule(READ_WRITE, "rbac.authorization.k8s.io", "rolebindings roles"),
];

export const CLUSTER_ADMIN_RULES: readonly Rule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

export const DISCOVERY_RULES: readonly Rule[] = [
  paths(
    "/api",
    "/api/*",
    "/apis",
    "/apis/*",
    "/healthz",
    "/livez",
    "/openapi",
    "/openapi/*",
    "/readyz",
    "/version",
    "/version/",
  ),
];
export const PUBLIC_INFO_RULES: readonly Rule[] = [paths("/healthz", "/livez", "/readyz", "/version", "/version/")];
export const MONITORING_RULES: readonly Rule[] = [
  paths("/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/metrics/slis", "/readyz", "/readyz/*"),
];
export const BASIC_USER_RULES: readonly Rule[] = [
  rule("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
  rule("create", "authentication.k8s.io", "selfsubjectreviews"),
];
export const ISSUER_DISCOVERY_RULES: readonly Rule[] = [
  paths(
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/",
    "/openid/v1/jwks",
    "/openid/v1/jwks/",
  ),
];
export const AUTH_DELEGATOR_RULES: readonly Rule[] = [
  rule("create", "authentication.k8s.io", "tokenreviews"),
  rule("create", "authorization.k8s.io", "subjectaccessreviews"),
];
export const KUBELET_API_RULES: readonly Rule[] = [
  rule(READ, "", "nodes"),
  rule("proxy", "", "nodes"),
  rule("*", "", "nodes/log nodes/metrics nodes/proxy nodes/stats"),
];
