// Dynamic kubelet configuration on a node: kept for old clients only.
import { field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const configMapNodeConfigSource = object("io.k8s.api.core.v1.ConfigMapNodeConfigSource", {
  namespace: field(1, string(), "Namespace of the ConfigMap.", { required: true }),
  name: field(2, string(), "Name of the ConfigMap.", { required: true }),
  uid: field(3, string(), "UID of the ConfigMap; set in status only."),
  resourceVersion: field(4, string(), "Revision of the ConfigMap; set in status only."),
  kubeletConfigKey: field(5, string(), "Key that holds the configuration.", { required: true }),
});
/** A ConfigMap key that holds kubelet configuration. */
export interface ConfigMapNodeConfigSource extends TypeOf<typeof configMapNodeConfigSource> {}
export const ConfigMapNodeConfigSource: ObjectSchema<ConfigMapNodeConfigSource> = configMapNodeConfigSource;

const nodeConfigSource = object("io.k8s.api.core.v1.NodeConfigSource", {
  configMap: field(2, ConfigMapNodeConfigSource, "The ConfigMap that holds the configuration.", { pointer: true }),
});
/** Where a node's kubelet configuration comes from. */
export interface NodeConfigSource extends TypeOf<typeof nodeConfigSource> {}
export const NodeConfigSource: ObjectSchema<NodeConfigSource> = nodeConfigSource;

const nodeConfigStatus = object("io.k8s.api.core.v1.NodeConfigStatus", {
  assigned: field(1, NodeConfigSource, "Configuration that the node will try to use.", { pointer: true }),
  active: field(2, NodeConfigSource, "Configuration in use.", { pointer: true }),
  lastKnownGood: field(3, NodeConfigSource, "Configuration to fall back to.", { pointer: true }),
  error: field(4, string(), "What is wrong with the assigned configuration."),
});
/** Configuration that a node uses. */
export interface NodeConfigStatus extends TypeOf<typeof nodeConfigStatus> {}
export const NodeConfigStatus: ObjectSchema<NodeConfigStatus> = nodeConfigStatus;
