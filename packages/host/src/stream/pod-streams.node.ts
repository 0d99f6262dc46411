// The API server's way to the streams of pods: finds the node's kubelet and passes logs and upgrades through.
import { Node, Pod } from "@knots/api";
import type { Client } from "@knots/client";
import { ApiError, failure } from "@knots/machinery";
import type { Clock } from "@knots/std";
import { kubeletLocation, type PodStream } from "./kubelet-location.ts";
import { chosenContainer, kubeletBase, kubeletFailure } from "./pod-container.ts";
import { type PassedAnswer, passRequest } from "./proxy-request.node.ts";
import { type ClientUpgrade, goneSignal, proxyUpgrade } from "./proxy-upgrade.node.ts";
import type { StreamTarget, StreamTimes, TlsIdentity } from "./target.ts";
import { serveByteMessages } from "./websocket/bytes.node.ts";

export interface PodStreamsOptions {
  /** Reads pods and nodes. */
  readonly client: Client;
  /** The API server's client certificate, and the authority of the kubelets' certificates. */
  readonly tls: TlsIdentity;
  readonly clock: Clock;
  readonly times?: StreamTimes;
}

/** A call that is authenticated and authorised. */
export interface PodStreamCall {
  readonly kind: PodStream;
  readonly namespace: string;
  readonly name: string;
  readonly query: URLSearchParams;
}

export interface PodStreams {
  /** The log's bytes; `signal` aborts when the client is gone. Rejects with an ApiError. */
  log(call: Omit<PodStreamCall, "kind">, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Takes the client's connection over until both sides are closed. Rejects with an ApiError before anything was answered. */
  upgrade(call: PodStreamCall, client: ClientUpgrade): Promise<void>;
}

const MAX_REFUSAL = 64 * 1024;

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function textOf({ body }: PassedAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_REFUSAL) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

const unreachable = (cause: unknown): ApiError => {
  const words = `Internal error occurred: error dialing backend: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new ApiError(failure(500, "InternalError", words), { cause });
};

export function createPodStreams(options: PodStreamsOptions): PodStreams {
  const { client, tls, clock, times } = options;
  const common = { clock, ...(times && { times }) };

  /** Undefined for a pod that no node has taken yet. */
  const targetOf = async ({ kind, namespace, name, query }: PodStreamCall): Promise<StreamTarget | undefined> => {
    const pod = await client.get(Pod, { namespace, name });
    const container = kind === "portforward" ? "" : chosenContainer(pod, query.get("container"));
    if (!pod.spec?.nodeName) return undefined;
    const node = await client.get(Node, { name: pod.spec.nodeName });
    const insecure = query.get("insecureSkipTLSVerifyBackend") === "true";
    const url = kubeletLocation(kubeletBase(node), kind, { namespace, name, container }, query);
    return { url, tls: { ...tls, ...(insecure && { insecure }) } };
  };
  const log: PodStreams["log"] = async (call, signal) => {
    const target = await targetOf({ ...call, kind: "log" });
    if (!target) return nothing();
    const answer = await passRequest({ target, method: "GET", signal, ...common }).catch((cause: unknown) => {
      throw unreachable(cause);
    });
    if (answer.status >= 300) throw kubeletFailure(answer.status, await textOf(answer));
    return answer.body;
  };
  return {
    log,
    async upgrade(call, connection) {
      if (call.kind === "log")
        return serveByteMessages(connection, await log(call, goneSignal(connection.socket)), common);
      const target = await targetOf(call);
      if (!target) throw new ApiError(failure(400, "BadRequest", `pod ${call.name} does not have a host assigned`));
      await proxyUpgrade(connection, { ...common, target });
    },
  };
}
