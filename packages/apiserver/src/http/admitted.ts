// A request's turn: what flow control is told of it, and for how long it holds its seats.
import type { RequestContext } from "../context.ts";
import type { Ticket } from "../flow-control/flow-control.ts";
import { widthOf } from "../flow-control/width.ts";
import type { ApiServer } from "../server.ts";
import type { Call } from "./call.ts";
import type { ResourcePath } from "./path.ts";
import { verbOf } from "./resource-request.ts";
import { STREAMING } from "./streaming.ts";

const NOTHING: Ticket = { schema: "", level: "", release: () => undefined };

/** Waits for the turn of a request of the API. */
export function admitVerb(
  { registries, flow }: Pick<ApiServer, "registries" | "flow">,
  verb: string,
  path: ResourcePath,
  { user, options, signal }: RequestContext,
): Promise<Ticket> {
  const { subresource, namespace, name } = path;
  const { group, resource } = path.resource;
  const seats = widthOf(verb, options, () => registries.find(path.resource)?.cache.size ?? 0);
  return flow.admit({ user, verb, resource: { group, resource, subresource, namespace, name } }, seats, signal);
}

function turnOf({ parts, exchange }: Call, path: ResourcePath | undefined, context: RequestContext): Promise<Ticket> {
  const { request } = exchange;
  const { server } = parts;
  if (path) return admitVerb(server, verbOf(request, path), path, context);
  return server.flow.admit(
    { user: context.user, verb: request.method.toLowerCase(), path: request.path },
    1,
    context.signal,
  );
}

/** Waits for the request's turn and names its flow schema and priority level in the answer. Streams hold no seats. */
export async function admit(call: Call, path: ResourcePath | undefined, context: RequestContext): Promise<Ticket> {
  if (path?.subresource !== undefined && STREAMING.includes(path.subresource)) return NOTHING;
  const ticket = await turnOf(call, path, context);
  if (ticket.schema) call.headers["x-kubernetes-pf-flowschema-uid"] = ticket.schema;
  if (ticket.level) call.headers["x-kubernetes-pf-prioritylevel-uid"] = ticket.level;
  return ticket;
}
