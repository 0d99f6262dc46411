// A request's turn: what flow control is told of it, and for how long it holds its seats.
import type { RequestContext } from "../context.ts";
import type { Ticket } from "../flow-control/flow-control.ts";
import { widthOf } from "../flow-control/width.ts";
import type { Call } from "./call.ts";
import type { ResourcePath } from "./path.ts";
import { verbOf } from "./resource-request.ts";
import { STREAMING } from "./streaming.ts";

const NOTHING: Ticket = { schema: "", level: "", release: () => undefined };

function seatsOf(call: Call, { resource }: ResourcePath, verb: string, { options }: RequestContext): number {
  const { registries } = call.parts.server;
  return widthOf(verb, options, () => registries.find(resource)?.cache.size ?? 0);
}

/** Waits for the request's turn and names its flow schema and priority level in the answer. Streams hold no seats. */
export async function admit(call: Call, path: ResourcePath | undefined, context: RequestContext): Promise<Ticket> {
  const { parts, exchange, headers } = call;
  const { request } = exchange;
  if (path?.subresource !== undefined && STREAMING.includes(path.subresource)) return NOTHING;
  const verb = path ? verbOf(request, path) : request.method.toLowerCase();
  const { group = "", resource = "" } = path?.resource ?? {};
  const { subresource, namespace, name } = path ?? {};
  const about = path && { resource: { group, resource, subresource, namespace, name } };
  const digest = { user: context.user, verb, path: request.path, ...about };
  const seats = path ? seatsOf(call, path, verb, context) : 1;
  const ticket = await parts.server.flow.admit(digest, seats, context.signal);
  if (ticket.schema) headers["x-kubernetes-pf-flowschema-uid"] = ticket.schema;
  if (ticket.level) headers["x-kubernetes-pf-prioritylevel-uid"] = ticket.level;
  return ticket;
}
