// ResourceClaim: devices for one or more pods.
import { age, dns1123Subdomain, field, kind, type ObjectOf } from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";
import { ResourceClaimSpec } from "./resource-claim-spec.ts";
import { ResourceClaimStatus } from "./resource-claim-status.ts";

/** States of a claim as `kubectl get` shows them. */
function stateText({ metadata, status }: Shown<unknown, ResourceClaimStatus>): string {
  const gone = (metadata as { readonly deletionTimestamp?: string }).deletionTimestamp !== undefined;
  if (!status?.allocation) return gone ? "deleted" : "pending";
  const reserved = (status.reservedFor ?? []).length > 0;
  return [...(gone ? ["deleted"] : []), "allocated", ...(reserved ? ["reserved"] : [])].join(",");
}

/** Devices for one or more pods. */
export const ResourceClaim = kind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaim",
  plural: "resourceclaims",
  scope: "Namespaced",
  doc: "Devices for one or more pods.",
  columns: [text("State", "Whether it waits or is used.", stateText), age()],
  checkName: dns1123Subdomain,
  generation: false,
  definition: "io.k8s.api.resource.v1.ResourceClaim",
  storagePath: "resourceclaims",
  fields: {
    spec: field(2, ResourceClaimSpec, "What it asks for; cannot change.", {
      required: true,
      always: true,
      immutable: true,
    }),
    status: field(3, ResourceClaimStatus, "What it was given, and who uses it.", { always: true }),
  },
});
export interface ResourceClaim extends ObjectOf<typeof ResourceClaim> {}
