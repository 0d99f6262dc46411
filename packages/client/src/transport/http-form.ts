// The HTTP form of API requests: path, query, method and body of a request, and the way back.
import { apiVersionOf, type Json, type KubeObject } from "@knots/machinery";
import type { ApiRequest, DeleteOptions, RequestOptions, Verb } from "./transport.ts";

/** A request as HTTP carries it; `body` is JSON. */
export interface HttpForm {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with query. */
  readonly target: string;
  readonly contentType?: string;
  readonly body?: Json | KubeObject | DeleteOptionsBody;
}
interface DeleteOptionsBody extends DeleteOptions {
  readonly kind: "DeleteOptions";
  readonly apiVersion: "v1";
}

const METHODS: Readonly<Record<Verb, HttpForm["method"]>> = {
  get: "GET",
  list: "GET",
  watch: "GET",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETE",
};

/** The path of a request, without query. */
export function requestPath(request: Pick<ApiRequest, "resource" | "namespace" | "name" | "subresource">): string {
  const { resource, namespace, name, subresource } = request;
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${apiVersionOf(resource)}`;
  const scope = namespace ? ["namespaces", namespace] : [];
  const tail = subresource ? subresource.split("/") : [];
  const parts = [...scope, resource.resource, ...(name === undefined ? [] : [name]), ...tail];
  return `${root}/${parts.map(encodeURIComponent).join("/")}`;
}

function queryOf(options: RequestOptions = {}, verb: Verb): readonly (readonly [string, string])[] {
  const { dryRun, ...rest } = options;
  const plain = Object.entries(rest).filter(([, value]) => value !== undefined);
  return [
    ...(verb === "watch" ? [["watch", "true"] as const] : []),
    ...(dryRun ? [["dryRun", "All"] as const] : []),
    ...plain.map(([name, value]) => [name, String(value)] as const),
  ];
}

function bodyOf(request: ApiRequest): Pick<HttpForm, "body" | "contentType"> {
  if (request.patch) return { body: request.patch.body, contentType: request.patch.type };
  if (request.object) return { body: request.object, contentType: "application/json" };
  if (!request.delete) return {};
  return { body: { kind: "DeleteOptions", apiVersion: "v1", ...request.delete }, contentType: "application/json" };
}

/** What to send for a request. */
export function httpForm(request: ApiRequest): HttpForm {
  const query = queryOf(request.options, request.verb)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const path = requestPath(request);
  return { method: METHODS[request.verb], target: query ? `${path}?${query}` : path, ...bodyOf(request) };
}
