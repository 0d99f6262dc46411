// Secret: small confidential data.
import { boolean, bytes, dns1123Subdomain, field, kind, map, type ObjectOf, string } from "@knots/machinery";

/**  */
export const Secret = kind({
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  scope: "Namespaced",
  doc: "",
  definition: "io.k8s.api.core.v1.Secret",
  fields: {
    data: field(2, map(bytes()), ""),
    type: field(3, string(), ""),
    stringData: field(4, map(string()), ""),
    immutable: field(5, boolean(), "", { pointer: true }),
  },
  checkName: dns1123Subdomain,
});
export interface Secret extends ObjectOf<typeof Secret> {}
