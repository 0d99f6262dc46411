// Built-in roles of the single controllers, each bound to a service account of the same name in kube-system.
import type { Rule } from "../authorization/rules.ts";
import { EVENTS, READ, READ_WRITE, rule, UPDATE } from "./role-rules.ts";

const PODS = rule("create delete list patch watch", "", "pods");

/** Signers that the control plane signs for. */
const SIGNERS = ["kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving", "legacy-unknown"].map(
  (name) => `kubernetes.io/${name}`,
);

/** Rules by controller; the role is `system:controller:<name>`. */
export const CONTROLLER_RULES: Readonly<Record<string, readonly Rule[]>> = {
  "clusterrole-aggregation-controller": [
    rule("escalate get list patch update watch", "rbac.authorization.k8s.io", "clusterroles"),
  ],
  "cronjob-controller": [
    rule("get list update watch", "batch", "cronjobs"),
    rule("create delete get list patch update watch", "batch", "jobs"),
    rule("update", "batch", "cronjobs/finalizers cronjobs/status"),
    rule("delete list", "", "pods"),
    ...EVENTS,
  ],
  "daemon-set-controller": [
    rule(READ, "apps", "daemonsets"),
    rule("update", "apps", "daemonsets/finalizers daemonsets/status"),
    rule("list watch", "", "nodes"),
    PODS,
    rule("create", "", "pods/binding"),
    rule("create delete get list patch update watch", "apps", "controllerrevisions"),
    ...EVENTS,
  ],
  "deployment-controller": [
    rule("get list patch update watch", "apps", "deployments"),
    rule("update", "apps", "deployments/finalizers deployments/status"),
    rule("create delete get list patch update watch", "apps", "replicasets"),
    rule("get list update watch", "", "pods"),
    ...EVENTS,
  ],
  "disruption-controller": [
    rule(READ, "apps", "deployments replicasets statefulsets"),
    rule(READ, "", "replicationcontrollers"),
    rule(READ, "policy", "poddisruptionbudgets"),
    rule("update", "policy", "poddisruptionbudgets/status"),
    rule(UPDATE, "", "pods/status"),
    rule(READ, "", "pods"),
    rule("get", "*", "*/scale"),
    ...EVENTS,
  ],
  "endpoint-controller": [
    rule(READ, "", "pods services"),
    rule("create delete get list update", "", "endpoints"),
    rule("create", "", "endpoints/restricted"),
    ...EVENTS,
  ],
  "endpointslice-controller": [
    rule(READ, "", "nodes pods services"),
    rule("update", "", "services/finalizers"),
    rule("create delete get list update watch", "discovery.k8s.io", "endpointslices"),
    rule("create", "discovery.k8s.io", "endpointslices/restricted"),
    ...EVENTS,
  ],
  "endpointslicemirroring-controller": [
    rule(READ, "", "endpoints services"),
    rule("update", "", "services/finalizers endpoints/finalizers"),
    rule("create delete get list update watch", "discovery.k8s.io", "endpointslices"),
    rule("create", "discovery.k8s.io", "endpointslices/restricted"),
    ...EVENTS,
  ],
  "generic-garbage-collector": [rule("delete get list patch update watch", "*", "*"), ...EVENTS],
  "horizontal-pod-autoscaler": [
    rule(READ, "autoscaling", "horizontalpodautoscalers"),
    rule("update", "autoscaling", "horizontalpodautoscalers/status"),
    rule("get update", "*", "*/scale"),
    rule("list", "", "pods"),
    rule("list", "metrics.k8s.io", "pods"),
    rule("get list", "custom.metrics.k8s.io", "*"),
    rule("get list", "external.metrics.k8s.io", "*"),
    ...EVENTS,
  ],
  "job-controller": [
    rule("get list patch update watch", "batch", "jobs"),
    rule("update", "batch", "jobs/finalizers jobs/status"),
    PODS,
    ...EVENTS,
  ],
  "legacy-service-account-token-cleaner": [
    rule(READ, "", "serviceaccounts"),
    rule("delete get list patch watch", "", "secrets"),
  ],
  "namespace-controller": [
    rule("delete get list watch", "", "namespaces"),
    rule("update", "", "namespaces/finalize namespaces/status"),
    rule("delete deletecollection get list", "*", "*"),
  ],
  "node-controller": [
    rule("delete get list patch update watch", "", "nodes"),
    rule(UPDATE, "", "nodes/status"),
    rule(UPDATE, "", "pods/status"),
    rule("delete get list watch", "", "pods"),
    rule(READ, "coordination.k8s.io", "leases"),
    ...EVENTS,
  ],
  "pod-garbage-collector": [
    rule("delete list watch", "", "pods"),
    rule("get list watch", "", "nodes"),
    rule(UPDATE, "", "pods/status"),
  ],
  "persistent-volume-binder": [
    rule(READ_WRITE, "", "persistentvolumes"),
    rule("update", "", "persistentvolumes/status persistentvolumeclaims/status"),
    rule("get list update watch", "", "persistentvolumeclaims"),
    rule(READ, "storage.k8s.io", "storageclasses"),
    rule("get list watch create delete", "", "pods"),
    ...EVENTS,
  ],
  "pv-protection-controller": [rule("get list update watch", "", "persistentvolumes"), ...EVENTS],
  "pvc-protection-controller": [
    rule("get list update watch", "", "persistentvolumeclaims"),
    rule(READ, "", "pods"),
    ...EVENTS,
  ],
  "replicaset-controller": [
    rule("get list update watch", "apps", "replicasets"),
    rule("update", "apps", "replicasets/finalizers replicasets/status"),
    PODS,
    ...EVENTS,
  ],
  "replication-controller": [
    rule("get list update watch", "", "replicationcontrollers"),
    rule("update", "", "replicationcontrollers/finalizers replicationcontrollers/status"),
    PODS,
    ...EVENTS,
  ],
  "resourcequota-controller": [rule("list watch", "*", "*"), rule("update", "", "resourcequotas/status"), ...EVENTS],
  "root-ca-cert-publisher": [rule("create update", "", "configmaps"), ...EVENTS],
  "service-account-controller": [rule("create", "", "serviceaccounts"), ...EVENTS],
  "service-controller": [
    rule(READ, "", "services"),
    rule(UPDATE, "", "services/status"),
    rule("list watch", "", "nodes"),
    ...EVENTS,
  ],
  "statefulset-controller": [
    rule("list watch", "", "pods"),
    rule(READ, "apps", "statefulsets"),
    rule("update", "apps", "statefulsets/finalizers statefulsets/status"),
    rule("create delete get patch update", "", "pods"),
    rule("create delete get list patch update watch", "apps", "controllerrevisions"),
    rule("create get", "", "persistentvolumeclaims"),
    rule("list watch update delete", "", "persistentvolumeclaims"),
    ...EVENTS,
  ],
  "ttl-after-finished-controller": [rule("delete get list watch", "batch", "jobs"), ...EVENTS],
  "ttl-controller": [rule("list patch update watch", "", "nodes"), ...EVENTS],
  "attachdetach-controller": [
    rule("list watch", "", "persistentvolumeclaims persistentvolumes pods"),
    rule(READ, "", "nodes"),
    rule(UPDATE, "", "nodes/status"),
    rule("create delete get list watch", "storage.k8s.io", "volumeattachments"),
    ...EVENTS,
  ],
  "certificate-controller": [
    rule("delete get list watch", "certificates.k8s.io", "certificatesigningrequests"),
    rule("update", "certificates.k8s.io", "certificatesigningrequests/approval certificatesigningrequests/status"),
    rule("approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet"),
    rule("sign", "certificates.k8s.io", "signers", ...SIGNERS),
    rule("create", "authorization.k8s.io", "subjectaccessreviews"),
    ...EVENTS,
  ],
};
