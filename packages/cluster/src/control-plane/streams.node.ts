// The way from the API server to the kubelets: logs, exec, attach and port-forward.
import type { ApiServer } from "@knots/apiserver";
import { createClient } from "@knots/client";
import { createPodStreams, type KeyPair } from "@knots/host";
import type { Clock } from "@knots/std";
import { LOOPBACK_USER } from "../components/identities.ts";
import { type PodStreaming, podStreaming } from "./pod-streaming.ts";

/** What the API server shows to kubelets, and whom it believes. */
export interface KubeletAccess {
  /** Client certificate of user `kube-apiserver`. */
  readonly client: KeyPair;
  /** PEM of the authority of kubelets' certificates. */
  readonly authority: string;
}

/** The two handlers for `listen`. */
export function kubeletStreaming(server: ApiServer, access: KubeletAccess, clock: Clock): PodStreaming {
  const client = createClient(server.transport(LOOPBACK_USER));
  const tls = { ca: access.authority, cert: access.client.certificate, key: access.client.key };
  return podStreaming(createPodStreams({ client, tls, clock }));
}
