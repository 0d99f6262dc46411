// Built-in roles of components: scheduler, controller manager, nodes, proxy, DNS.
import type { Rule } from "../authorization/rules.ts";
import { EVENTS, READ, rule, UPDATE } from "./role-rules.ts";

export const SCHEDULER_RULES: readonly Rule[] = [
  ...EVENTS,
  rule("create", "coordination.k8s.io", "leases"),
  rule("get update list watch", "coordination.k8s.io", "leases", "kube-scheduler"),
  rule(READ, "", "namespaces nodes persistentvolumeclaims persistentvolumes replicationcontrollers services"),
  rule("delete get list watch", "", "pods"),
  rule("create", "", "bindings pods/binding"),
  rule(UPDATE, "", "pods/status"),
  rule(READ, "apps", "replicasets statefulsets"),
  rule(READ, "policy", "poddisruptionbudgets"),
  rule(READ, "storage.k8s.io", "csidrivers csinodes csistoragecapacities storageclasses volumeattachments"),
  rule(READ, "scheduling.k8s.io", "priorityclasses"),
  rule("create", "authentication.k8s.io", "tokenreviews"),
  rule("create", "authorization.k8s.io", "subjectaccessreviews"),
];

export const CONTROLLER_MANAGER_RULES: readonly Rule[] = [
  ...EVENTS,
  rule("create", "coordination.k8s.io", "leases"),
  rule("get update", "coordination.k8s.io", "leases", "kube-controller-manager"),
  rule("create", "", "secrets serviceaccounts"),
  rule("delete", "", "secrets"),
  rule("get", "", "configmaps namespaces secrets serviceaccounts"),
  rule("update", "", "secrets serviceaccounts"),
  rule("create", "authentication.k8s.io", "tokenreviews"),
  rule("create", "authorization.k8s.io", "subjectaccessreviews"),
  rule(READ, "*", "*"),
  rule("create", "", "serviceaccounts/token"),
];

export const NODE_RULES: readonly Rule[] = [
  rule("create", "authentication.k8s.io", "tokenreviews"),
  rule("create", "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews"),
  rule(READ, "", "services"),
  rule("create get list watch", "", "nodes"),
  rule(UPDATE, "", "nodes/status"),
  rule(UPDATE, "", "nodes"),
  ...EVENTS,
  rule(READ, "", "pods"),
  rule("create delete", "", "pods"),
  rule(UPDATE, "", "pods/status"),
  rule("create", "", "pods/eviction"),
  rule(READ, "", "configmaps secrets"),
  rule("get", "", "persistentvolumeclaims persistentvolumes"),
  rule("create get list watch", "certificates.k8s.io", "certificatesigningrequests"),
  rule("create delete get patch update", "coordination.k8s.io", "leases"),
  rule("get", "storage.k8s.io", "volumeattachments"),
  rule("create", "", "serviceaccounts/token"),
  rule("get list watch", "storage.k8s.io", "csidrivers"),
  rule("create delete get patch update", "storage.k8s.io", "csinodes"),
  rule(READ, "node.k8s.io", "runtimeclasses"),
];

export const PROXIER_RULES: readonly Rule[] = [
  rule(READ, "", "endpoints services"),
  rule(READ, "", "nodes"),
  ...EVENTS,
  rule(READ, "discovery.k8s.io", "endpointslices"),
  rule(READ, "networking.k8s.io", "servicecidrs"),
];

export const DNS_RULES: readonly Rule[] = [
  rule(READ, "", "endpoints services namespaces pods"),
  rule(READ, "discovery.k8s.io", "endpointslices"),
];
