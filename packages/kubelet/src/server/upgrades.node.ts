// exec, attach and port forwarding: the runtime's own streaming server does the work, the client speaks what it speaks.
import { type ClientUpgrade, type StreamTimes, serveCommand, servePortForward } from "@knots/host";
import type { Clock } from "@knots/std";
import type { Runtime } from "../runtime/runtime.ts";
import { RequestError } from "./error.ts";
import { findContainer, findPod, type LookupOptions, readySandbox, runningInstance } from "./lookup.ts";
import type { Route } from "./routes.ts";
import { commandStreams, forwardedPorts } from "./stream-options.ts";

export interface UpgradeOptions extends LookupOptions {
  readonly runtime: Pick<Runtime, "pod" | "execUrl" | "attachUrl" | "portForwardUrl">;
  readonly clock: Clock;
  readonly times?: StreamTimes;
}

type StreamRoute = Extract<Route, { readonly pod: unknown }>;

/** Serves the stream until it ends. Rejects with a RequestError before anything was answered. */
export async function serveUpgrade(
  client: ClientUpgrade,
  route: StreamRoute,
  query: URLSearchParams,
  options: UpgradeOptions,
): Promise<void> {
  const { runtime, clock, times } = options;
  const common = { clock, ...(times && { times }) };
  const pod = findPod(options, route.pod);
  if (route.kind === "portForward") {
    const url = await runtime.portForwardUrl(await readySandbox(options, pod), forwardedPorts(query));
    return servePortForward(client, { ...common, target: { url: new URL(url) } });
  }
  const container = findContainer(pod, route.container);
  const wanted = commandStreams(query);
  const { id } = await runningInstance(options, pod, route.container);
  if (route.kind === "exec") {
    const command = query.getAll("command");
    if (command.length === 0) throw new RequestError(400, "you must specify a command");
    const url = await runtime.execUrl(id, command, wanted);
    return serveCommand(client, wanted, { ...common, target: { url: new URL(url) } });
  }
  // Whether a running process has a terminal cannot be chosen any more.
  const tty = container.tty ?? false;
  const streams = { ...wanted, tty, stderr: wanted.stderr && !tty };
  const url = await runtime.attachUrl(id, streams);
  return serveCommand(client, streams, { ...common, target: { url: new URL(url) } });
}
