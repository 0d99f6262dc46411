// From a request to its answer: who asks, what for, in which form; failures become a Status.
import type { AnyKind, Status } from "@knots/machinery";
import { impersonated } from "../authentication/impersonation.ts";
import type { Answer } from "../chain/answer.ts";
import type { RequestContext } from "../context.ts";
import { methodNotAllowed, unknownResource } from "../errors.ts";
import type { Ticket } from "../flow-control/flow-control.ts";
import { asApiError } from "../transport.ts";
import { admit } from "./admitted.ts";
import { allowedMethods, READ_METHODS } from "./allow.ts";
import { shaped } from "./answer-shape.ts";
import { auditIdOf } from "./audit-id.ts";
import type { Call, HandlerParts } from "./call.ts";
import { answerCors } from "./cors.ts";
import type { Exchange, HttpRequest } from "./exchange.ts";
import { type Chosen, contentType, negotiate, negotiateStream, offerOf, PLAIN } from "./negotiate.ts";
import { checkReadOnly, placed } from "./past.ts";
import { parseResourcePath, type ResourcePath } from "./path.ts";
import { sendPathAnswer } from "./path-answer.ts";
import { boolean, requestOptions } from "./query.ts";
import { readResourceRequest, verbOf } from "./resource-request.ts";
import { findRoute } from "./routes.ts";
import { sendBody, sendFailure } from "./send.ts";
import { answerStore, isStorePath } from "./store-paths.ts";
import { STREAMING } from "./streaming.ts";
import { limited } from "./timeout.ts";
import { serveWatch } from "./watch-response.ts";

async function servePath(call: Call, context: RequestContext): Promise<void> {
  const { request } = call.exchange;
  const { server, documents, checks, address } = call.parts;
  server.chain.authorize(context, { verb: request.method.toLowerCase(), path: decodedPath(request.path) });
  if (isStorePath(request.path)) return serveStore(call);
  const route = findRoute(request.path);
  if (!route) throw unknownResource();
  if (!READ_METHODS.includes(request.method)) throw methodNotAllowed();
  const answer = route({ server, documents, checks, address }, request);
  if (!answer) throw unknownResource();
  await sendPathAnswer(call, answer);
}

async function serveStore(call: Call): Promise<void> {
  const { request } = call.exchange;
  const value = await answerStore(call, request.path);
  const { codec } = negotiate(request.headers["accept"], PLAIN);
  if (value) await sendBody(call, { status: 200, body: value, codec, contentType: contentType({ codec }) });
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function serveStreaming(call: Call, path: ResourcePath, context: RequestContext): Promise<void> {
  const { parts, exchange } = call;
  const verb = verbOf(exchange.request, path);
  const { resource, namespace, name, subresource } = path;
  const { group, version, resource: plural } = resource;
  parts.server.chain.authorize(context, { verb, group, version, resource: plural, subresource, namespace, name });
  if (!parts.streaming) throw unknownResource();
  await parts.streaming({ path, exchange, context });
}

async function serveResource(call: Call, path: ResourcePath, context: RequestContext, ticket: Ticket): Promise<void> {
  const { parts, exchange } = call;
  const { request } = exchange;
  const { chain, table } = parts.server;
  if (path.subresource !== undefined && STREAMING.includes(path.subresource))
    return serveStreaming(call, path, context);
  const kind = table.find(path.resource);
  if (!kind) {
    // Told before the body is read: it may be of a kind that is just as unknown.
    const { resource, namespace, name } = path;
    const { group, version, resource: plural } = resource;
    chain.authorize(context, { verb: verbOf(request, path), group, version, resource: plural, namespace, name });
    throw unknownResource();
  }
  if (kind.deprecation !== undefined) context.warn(kind.deprecation);
  const body = path.subresource === "scale" ? {} : kind;
  const { accept } = request.headers;
  // Before anything is done: what cannot be answered in any form that the client reads.
  const watched = verbOf(request, path) === "watch" && negotiateStream(accept, body);
  const chosen = watched || negotiate(accept, offerOf(body));
  const duplicates: string[] = [];
  const onDuplicate = (field: string): void => void duplicates.push(`duplicate field ${JSON.stringify(field)}`);
  const { schemaOf, limits } = parts;
  const apiRequest = await readResourceRequest(request, path, { kind, bodyLimit: limits.body, onDuplicate, schemaOf });
  const inContext = { ...context, options: apiRequest.options ?? {}, duplicates };
  if (watched) {
    const events = await chain.watch(apiRequest, inContext);
    if (!inContext.options.sendInitialEvents) ticket.release();
    return serveWatch(call, events, { kind, chosen: watched, listed: ticket.release });
  }
  await sendAnswer(call, await chain.handle(apiRequest, inContext), { kind, chosen });
}

/** Sends what the chain answered in the form that was chosen. */
async function sendAnswer(
  call: Call,
  { code, body }: Answer,
  { kind, chosen }: { readonly kind: AnyKind; readonly chosen: Chosen },
): Promise<void> {
  const { parts, exchange } = call;
  const { shape, codec } = chosen;
  const includeObject = exchange.request.query.get("includeObject");
  const shown = parts.server.table.byKind(body.apiVersion ?? "", body.kind ?? "") ?? kind;
  const value = shape ? shaped(body, { kind: shown, shape, includeObject, now: parts.clock.now() }) : body;
  await sendBody(call, { status: code, body: value, codec, contentType: contentType(chosen) });
}

const isLong = (path: ResourcePath | undefined, request: HttpRequest): boolean =>
  path === undefined
    ? isStorePath(request.path)
    : STREAMING.includes(path.subresource ?? "") || path.watch || boolean(request.query, "watch") === true;

const unlimited: typeof limited = ({ exchange }, work) => work(exchange.request.signal);

async function serve(original: Call): Promise<void> {
  const { call, moment } = placed(original);
  const { parts, exchange, warnings } = call;
  const { request } = exchange;
  const path = parseResourcePath(request.path);
  const run = isLong(path, request) ? unlimited : limited;
  await run(call, async (signal) => {
    const sender = await parts.authenticate(request);
    const warn = (message: string): void => {
      if (warnings.length < 64) warnings.push(message);
    };
    const own: RequestContext = { user: sender, options: {}, warn };
    const user = impersonated(sender, request.headers, (access) => parts.server.chain.authorize(own, access));
    if (moment !== undefined) checkReadOnly(call, path);
    const userAgent = request.headers["user-agent"] ?? "";
    const context: RequestContext = { user, userAgent, options: requestOptions(request.query), moment, signal, warn };
    const ticket = await admit(call, path, context);
    try {
      await (path ? serveResource(call, path, context, ticket) : servePath(call, context));
    } finally {
      ticket.release();
    }
  });
}

function isInternal({ status }: { readonly status: Status }): boolean {
  // Without a reason it is a client's fault that upstream answers so.
  return status.code >= 500 && status.code !== 504 && status.reason !== undefined;
}

/** Answers one request; never rejects. */
export async function handleExchange(parts: HandlerParts, exchange: Exchange): Promise<void> {
  const auditId = auditIdOf(exchange.request.headers, parts.random);
  const headers: Call["headers"] = { "audit-id": auditId, "cache-control": "no-cache, private" };
  const call: Call = { parts, exchange, headers, warnings: [] };
  if (answerCors(call)) return;
  try {
    await serve(call);
  } catch (thrown) {
    if (exchange.request.signal.aborted) return exchange.response.end();
    const error = asApiError(thrown);
    if (error.status.code === 405) {
      headers["allow"] = allowedMethods(parts.server.table, parseResourcePath(exchange.request.path)).join(", ");
    }
    if (isInternal(error)) parts.log.error("a request failed", { path: exchange.request.path, auditId, error });
    await sendFailure(call, error).catch((failure: unknown) =>
      parts.log.warn("an answer was lost", { error: failure }),
    );
  }
}
