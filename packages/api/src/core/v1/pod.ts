// Pod: containers that share a node, an address and volumes.
import { dns1123Subdomain, field, kind, type ObjectOf } from "@knots/machinery";
import type { Shown } from "../../columns.ts";
import { podAddress, podColumns } from "./pod-columns.ts";
import { completePod } from "./pod-defaults.ts";
import { PodSpec } from "./pod-spec.ts";
import { PodStatus } from "./pod-status.ts";

const nodeName = ({ spec }: Shown<PodSpec, PodStatus>): string => spec.nodeName ?? "";

/** Containers that share a node, an address and volumes. */
export const Pod = kind({
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  scope: "Namespaced",
  shortNames: ["po"],
  categories: ["all"],
  doc: "Containers that share a node, an address and volumes.",
  definition: "io.k8s.api.core.v1.Pod",
  fields: {
    spec: field(2, PodSpec, "What the pod should be.", { required: true, undeclared: true, always: true, default: {} }),
    status: field(3, PodStatus, "State of the pod, written by kubelet and scheduler.", { always: true }),
  },
  subresources: {
    attach: { kind: "PodAttachOptions", verbs: ["create", "get"] },
    binding: { kind: "Binding", verbs: ["create"] },
    ephemeralcontainers: { kind: "Pod", verbs: ["get", "patch", "update"] },
    eviction: { group: "policy", version: "v1", kind: "Eviction", verbs: ["create"] },
    exec: { kind: "PodExecOptions", verbs: ["create", "get"] },
    log: { kind: "Pod", verbs: ["get"] },
    portforward: { kind: "PodPortForwardOptions", verbs: ["create", "get"] },
    proxy: { kind: "PodProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
    resize: { kind: "Pod", verbs: ["get", "patch", "update"] },
  },
  columns: podColumns,
  selectable: {
    "spec.nodeName": nodeName,
    // What clients of the first releases called it.
    "spec.host": nodeName,
    "spec.restartPolicy": ({ spec }: Shown<PodSpec, PodStatus>) => spec.restartPolicy ?? "",
    "spec.schedulerName": ({ spec }: Shown<PodSpec, PodStatus>) => spec.schedulerName ?? "",
    "spec.serviceAccountName": ({ spec }: Shown<PodSpec, PodStatus>) => spec.serviceAccountName ?? "",
    "spec.hostNetwork": ({ spec }: Shown<PodSpec, PodStatus>) => `${spec.hostNetwork ?? false}`,
    "status.phase": ({ status }: Shown<PodSpec, PodStatus>) => status?.phase ?? "",
    "status.podIP": ({ status }: Shown<PodSpec, PodStatus>) => podAddress(status),
    // Accepted, but nothing is ever found by it.
    "status.podIPs": () => "",
    "status.nominatedNodeName": ({ status }: Shown<PodSpec, PodStatus>) => status?.nominatedNodeName ?? "",
  },
  complete: completePod,
  checkName: dns1123Subdomain,
});
export interface Pod extends ObjectOf<typeof Pod> {}
