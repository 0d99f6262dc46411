// Node: a machine that runs pods.
import {
  array,
  atomicList,
  boolean,
  cidr,
  dns1123Subdomain,
  field,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import type { Shown } from "../../columns.ts";
import { nodeColumns } from "./node-columns.ts";
import { NodeConfigSource } from "./node-config.ts";
import { NodeStatus } from "./node-status.ts";
import { Taint } from "./taint.ts";
import { distinctTaints } from "./taint-checks.ts";

const nodeSpec = object("io.k8s.api.core.v1.NodeSpec", {
  podCIDR: field(1, string({ check: cidr }), "Network from which the node's pods get addresses."),
  podCIDRs: field(
    7,
    array(string(), { list: "set", patch: "merge" }),
    "Networks of the node's pods, at most one per address family.",
  ),
  providerID: field(3, string(), "Identifier of the machine at the cloud provider."),
  unschedulable: field(4, boolean(), "Whether new pods stay away from the node."),
  taints: field(5, atomicList(Taint), "Marks that keep pods off the node."),
  configSource: field(6, NodeConfigSource, "No longer used.", { pointer: true, stage: "deprecated" }),
  externalID: field(2, string(), "No longer used.", { stage: "deprecated" }),
});
/** What a node should be. */
export interface NodeSpec extends TypeOf<typeof nodeSpec> {}
export const NodeSpec: ObjectSchema<NodeSpec> = nodeSpec.check(distinctTaints);

/** A machine that runs pods. */
export const Node = kind({
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  scope: "Cluster",
  shortNames: ["no"],
  doc: "A machine that runs pods.",
  definition: "io.k8s.api.core.v1.Node",
  fields: {
    spec: field(2, NodeSpec, "What the node should be.", { always: true }),
    status: field(3, NodeStatus, "What the node reports, written by its kubelet.", { always: true }),
  },
  storagePath: "minions",
  subresources: { proxy: { kind: "NodeProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] } },
  columns: nodeColumns,
  selectable: { "spec.unschedulable": ({ spec }: Shown<NodeSpec | undefined>) => `${spec?.unschedulable ?? false}` },
  checkName: dns1123Subdomain,
  generation: false,
});
export interface Node extends ObjectOf<typeof Node> {}
