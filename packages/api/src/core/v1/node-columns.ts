// What `kubectl get nodes` shows: state, roles, version, addresses.
import { age, type Column } from "@knots/machinery";
import { NONE, orNone, type Shown, text, UNKNOWN, wide } from "../../columns.ts";
import { NODE_ROLE_LABEL_PREFIX, NODE_ROLE_LEGACY_LABEL } from "../../labels.ts";
import type { NodeStatus, NodeSystemInfo } from "./node-status.ts";

type NodeView = Shown<{ readonly unschedulable?: boolean } | undefined, NodeStatus>;

function statusWord({ spec, status }: NodeView): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const word = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

/** The roles that labels give a node, sorted. */
export function nodeRoles(labels: Readonly<Record<string, string>> = {}): readonly string[] {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(NODE_ROLE_LABEL_PREFIX)) return [key.slice(NODE_ROLE_LABEL_PREFIX.length)];
    return key === NODE_ROLE_LEGACY_LABEL ? [value] : [];
  });
  return [...new Set(roles.filter((role) => role !== ""))].sort();
}

const addressOf =
  (wanted: string) =>
  ({ status }: NodeView): string =>
    status?.addresses?.find(({ type }) => type === wanted)?.address ?? NONE;

const infoOf =
  (name: "osImage" | "kernelVersion" | "containerRuntimeVersion") =>
  ({ status }: NodeView): string => {
    const info: Partial<NodeSystemInfo> = status?.nodeInfo ?? {};
    return info[name] === undefined || info[name] === "" ? UNKNOWN : info[name];
  };

export const nodeColumns: readonly Column[] = [
  text("Status", "Whether the node is ready and takes pods.", statusWord),
  text("Roles", "Roles given by labels.", ({ metadata }: NodeView) => orNone(nodeRoles(metadata.labels).join(","))),
  age(),
  text("Version", "Version of the kubelet.", ({ status }: NodeView) => status?.nodeInfo?.kubeletVersion ?? ""),
  wide(text("Internal-IP", "Address inside the cluster.", addressOf("InternalIP"))),
  wide(text("External-IP", "Address from outside.", addressOf("ExternalIP"))),
  wide(text("OS-Image", "Release of the operating system.", infoOf("osImage"))),
  wide(text("Kernel-Version", "Version of the kernel.", infoOf("kernelVersion"))),
  wide(text("Container-Runtime", "Container runtime and its version.", infoOf("containerRuntimeVersion"))),
];
