// Dynamic kubelet configuration on a node: kept for old clients only.
import { field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const configMapNodeConfigSource = object("io.k8s.api.core.v1.ConfigMapNodeConfigSource", {
  namespace: field(1, string(), "", { required: true }),
  name: field(2, string(), "", { required: true }),
  uid: field(3, string(), ""),
  resourceVersion: field(4, string(), ""),
  kubeletConfigKey: field(5, string(), "", { required: true }),
});
export interface ConfigMapNodeConfigSource extends TypeOf<typeof configMapNodeConfigSource> {}
export const ConfigMapNodeConfigSource: ObjectSchema<ConfigMapNodeConfigSource> = configMapNodeConfigSource;

const nodeConfigSource = object("io.k8s.api.core.v1.NodeConfigSource", {
  configMap: field(2, ConfigMapNodeConfigSource, "", { pointer: true }),
});
export interface NodeConfigSource extends TypeOf<typeof nodeConfigSource> {}
export const NodeConfigSource: ObjectSchema<NodeConfigSource> = nodeConfigSource;

const nodeConfigStatus = object("io.k8s.api.core.v1.NodeConfigStatus", {
  assigned: field(1, NodeConfigSource, "", { pointer: true }),
  active: field(2, NodeConfigSource, "", { pointer: true }),
  lastKnownGood: field(3, NodeConfigSource, "", { pointer: true }),
  error: field(4, string(), ""),
});
export interface NodeConfigStatus extends TypeOf<typeof nodeConfigStatus> {}
export const NodeConfigStatus: ObjectSchema<NodeConfigStatus> = nodeConfigStatus;
