// ConfigMap: configuration as keys and texts.
import { boolean, bytes, dns1123Subdomain, field, kind, map, type ObjectOf, string } from "@knots/machinery";

/**  */
export const ConfigMap = kind({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  scope: "Namespaced",
  shortNames: ["cm"],
  doc: "",
  definition: "io.k8s.api.core.v1.ConfigMap",
  fields: {
    data: field(2, map(string()), ""),
    binaryData: field(3, map(bytes()), ""),
    immutable: field(4, boolean(), "", { pointer: true }),
  },
  checkName: dns1123Subdomain,
});
export interface ConfigMap extends ObjectOf<typeof ConfigMap> {}
