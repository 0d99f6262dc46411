// The API server's streaming subresources of pods, served by the kubelets of their nodes.
import type { StreamingHandler, UpgradeCall, UpgradeHandler } from "@knots/apiserver";
import type { PodStream, PodStreams } from "@knots/host";
import { ApiError, failure } from "@knots/machinery";

export interface PodStreaming {
  readonly streaming: StreamingHandler;
  readonly upgrade: UpgradeHandler;
}

const KINDS: readonly PodStream[] = ["exec", "attach", "portforward", "log"];

interface Target {
  readonly kind: PodStream;
  readonly namespace: string;
  readonly name: string;
}

/** What a path means, if it is a stream of a pod. */
function targetOf({ resource, namespace, name, subresource }: UpgradeCall["path"]): Target {
  const kind = KINDS.find((each) => each === subresource);
  if (!kind || resource.group !== "" || resource.resource !== "pods" || !namespace || !name)
    throw new ApiError(failure(404, "NotFound", "the server could not find the requested resource"));
  return { kind, namespace, name };
}

/** The two handlers that the port of an API server takes. */
export function podStreaming(streams: PodStreams): PodStreaming {
  return {
    async streaming({ path, exchange: { request, response }, context }) {
      const { kind, ...pod } = targetOf(path);
      if (kind !== "log") throw new ApiError(failure(400, "BadRequest", "Upgrade request required"));
      const bytes = await streams.log({ ...pod, query: request.query }, context.signal ?? request.signal);
      response.head(200, { "content-type": "text/plain", "cache-control": "no-cache, private" });
      try {
        for await (const chunk of bytes) {
          await response.write(chunk);
          if (request.signal.aborted) break;
        }
      } finally {
        response.end();
      }
    },
    upgrade: ({ path, query, request, socket, head }) =>
      streams.upgrade({ ...targetOf(path), query }, { request, socket, head }),
  };
}
