// Every subresource beyond status and scale, as one explicit list.
import { approvalScope } from "../strategies/certificate-signing-requests.ts";
import { finalizeScope } from "../strategies/namespaces.ts";
import { podBinding } from "./pod-binding.ts";
import { podEphemeralContainers } from "./pod-ephemeral-containers.ts";
import { podEviction } from "./pod-eviction.ts";
import { podResize } from "./pod-resize.ts";
import type { Subresources } from "./subresource.ts";

export const builtinSubresources: Subresources = {
  "/namespaces/finalize": { scope: finalizeScope },
  "/pods/binding": podBinding,
  "/pods/ephemeralcontainers": { scope: podEphemeralContainers },
  "/pods/eviction": podEviction,
  "/pods/resize": { scope: podResize },
  "certificates.k8s.io/certificatesigningrequests/approval": { scope: approvalScope },
};
