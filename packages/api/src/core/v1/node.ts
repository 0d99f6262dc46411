// Node: a machine that runs pods.
import {
  array,
  atomicList,
  boolean,
  dns1123Subdomain,
  field,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { NodeConfigSource } from "./node-config.ts";
import { NodeStatus } from "./node-status.ts";
import { Taint } from "./taint.ts";

const nodeSpec = object("io.k8s.api.core.v1.NodeSpec", {
  podCIDR: field(1, string(), ""),
  externalID: field(2, string(), ""),
  providerID: field(3, string(), ""),
  unschedulable: field(4, boolean(), ""),
  taints: field(5, atomicList(Taint), ""),
  configSource: field(6, NodeConfigSource, "", { pointer: true }),
  podCIDRs: field(7, array(string(), { list: "set", patch: "merge" }), ""),
});
export interface NodeSpec extends TypeOf<typeof nodeSpec> {}
export const NodeSpec: ObjectSchema<NodeSpec> = nodeSpec;

/**  */
export const Node = kind({
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  scope: "Cluster",
  shortNames: ["no"],
  doc: "",
  definition: "io.k8s.api.core.v1.Node",
  fields: {
    spec: field(2, NodeSpec, "", { pointer: true }),
    status: field(3, NodeStatus, "", { pointer: true }),
  },
  storagePath: "minions",
  subresources: { proxy: { kind: "NodeProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] } },
  checkName: dns1123Subdomain,
  generation: false,
});
export interface Node extends ObjectOf<typeof Node> {}
