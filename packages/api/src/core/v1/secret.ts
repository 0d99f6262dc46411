// Secret: small confidential data.
import { boolean, bytes, dns1123Subdomain, field, kind, map, type ObjectOf, string } from "@knots/machinery";
import { sealed, secretKeysAndSize, secretTypeKeys } from "./data-checks.ts";
import { secretColumns } from "./data-columns.ts";

/** Small confidential data. */
export const Secret = kind({
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  scope: "Namespaced",
  doc: "Small confidential data.",
  definition: "io.k8s.api.core.v1.Secret",
  fields: {
    data: field(2, map(bytes()), "Bytes by key."),
    stringData: field(4, map(string()), "Texts by key; merged into data on writes, never shown."),
    type: field(3, string(), "What the data is for, such as kubernetes.io/tls.", {
      default: "Opaque",
      immutable: true,
    }),
    immutable: field(5, boolean(), "Whether the data can never change again.", { pointer: true }),
  },
  columns: secretColumns,
  selectable: { type: ({ type }: { readonly type?: string }) => type ?? "" },
  checks: [secretKeysAndSize, secretTypeKeys, sealed],
  checkName: dns1123Subdomain,
});
export interface Secret extends ObjectOf<typeof Secret> {}
