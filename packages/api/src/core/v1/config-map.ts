// ConfigMap: configuration as keys and texts.
import { boolean, bytes, dns1123Subdomain, field, kind, map, type ObjectOf, string } from "@knots/machinery";
import { configMapKeysAndSize, sealed } from "./data-checks.ts";
import { configMapColumns } from "./data-columns.ts";

/** Configuration as keys and texts. */
export const ConfigMap = kind({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  scope: "Namespaced",
  shortNames: ["cm"],
  doc: "Configuration as keys and texts.",
  definition: "io.k8s.api.core.v1.ConfigMap",
  fields: {
    data: field(2, map(string()), "Texts by key."),
    binaryData: field(3, map(bytes()), "Bytes by key."),
    immutable: field(4, boolean(), "Whether the data can never change again.", { pointer: true }),
  },
  columns: configMapColumns,
  checks: [configMapKeysAndSize, sealed],
  checkName: dns1123Subdomain,
});
export interface ConfigMap extends ObjectOf<typeof ConfigMap> {}
