// Waits until a client is connected, so that a request that finds nobody is known never to have left.
import { type Client, connectivityState, status } from "@grpc/grpc-js";
import { realClock } from "@knots/std";
import { GrpcError } from "./error.ts";

/** Resolves when there is a connection; rejects with `sent: false` when it is refused or takes longer than `patience` milliseconds. */
export async function awaitConnection(client: Client, path: string, patience: number): Promise<void> {
  const channel = client.getChannel();
  const deadline = realClock.now() + patience;
  const unreachable = (details: string): GrpcError =>
    new GrpcError(path, { code: status.UNAVAILABLE, details: `${channel.getTarget()}: ${details}` }, false);
  for (;;) {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY) return;
    if (state === connectivityState.TRANSIENT_FAILURE) throw unreachable("the connection failed");
    if (state === connectivityState.SHUTDOWN) throw unreachable("the client was closed");
    await new Promise<void>((resolve, reject) => {
      channel.watchConnectivityState(state, deadline, (error) =>
        error ? reject(unreachable(`no connection within ${patience} ms`)) : resolve(),
      );
    });
  }
}
