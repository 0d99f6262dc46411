// Logs, exec, attach and port-forward: from the API server's seams to the kubelet of the pod's node.
import type { ApiServer, StreamingHandler, UpgradeHandler } from "@knots/apiserver";
import { createClient } from "@knots/client";
import { createPodStreams, type KeyPair, type PodStream } from "@knots/host";
import { ApiError, failure } from "@knots/machinery";
import type { Clock } from "@knots/std";
import { LOOPBACK_USER } from "../components/identities.ts";

/** What the API server shows to kubelets, and whom it believes. */
export interface KubeletAccess {
  /** Client certificate of user `kube-apiserver`. */
  readonly client: KeyPair;
  /** PEM of the authority of kubelets' certificates. */
  readonly authority: string;
}

const KINDS: Readonly<Record<string, PodStream>> = {
  exec: "exec",
  attach: "attach",
  portforward: "portforward",
  log: "log",
};

function kindOf(path: Parameters<UpgradeHandler>[0]["path"]): PodStream {
  const kind = path.resource.resource === "pods" ? KINDS[path.subresource ?? ""] : undefined;
  if (kind) return kind;
  throw new ApiError(failure(501, "InternalError", `${path.resource.resource}/${path.subresource} is not served`));
}

/** The two handlers for `listen`. */
export function podStreaming(
  server: ApiServer,
  access: KubeletAccess,
  clock: Clock,
): { readonly streaming: StreamingHandler; readonly upgrade: UpgradeHandler } {
  const client = createClient(server.transport(LOOPBACK_USER));
  const tls = { ca: access.authority, cert: access.client.certificate, key: access.client.key };
  const streams = createPodStreams({ client, tls, clock });
  return {
    async streaming({ path, exchange: { request, response } }) {
      if (kindOf(path) !== "log") throw new ApiError(failure(400, "BadRequest", "Upgrade request required"));
      const bytes = await streams.log(
        { namespace: path.namespace ?? "", name: path.name ?? "", query: request.query },
        request.signal,
      );
      response.head(200, { "content-type": "text/plain" });
      for await (const chunk of bytes) await response.write(chunk);
      response.end();
    },
    async upgrade({ path, query, request, socket, head }) {
      await streams.upgrade(
        { kind: kindOf(path), namespace: path.namespace ?? "", name: path.name ?? "", query },
        { request, socket, head },
      );
    },
  };
}
