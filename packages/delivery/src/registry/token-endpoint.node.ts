// The token endpoint of the registry: nodes may pull by their certificate, others by a Kubernetes token and their roles.
import type { IncomingMessage } from "node:http";
import type { Access, Caller } from "../access/access.ts";
import { tokenOf } from "../access/credentials.ts";
import { REGISTRY_SERVICE } from "../access/names.ts";
import type { Grant, ScopedTokens } from "../access/scoped-tokens.node.ts";
import { sendJson } from "../http/answer.node.ts";
import { certificateCaller } from "../http/client-certificate.node.ts";
import type { Route } from "../http/server.node.ts";
import { PLATFORM_NAMESPACE, parseScopes, type RepositoryScope, siteOfRepository } from "./scope.ts";

/** Path of the endpoint; the registry's realm ends so. */
export const REGISTRY_TOKEN_PATH = "/registry/token";

/** Seconds that a token lives: a pull or push of the largest image ends sooner, and rights that were taken away end soon. */
const LIFE = 300;
/** Scopes that one request may ask for. */
const MAX_SCOPES = 16;

export interface TokenEndpointOptions {
  readonly access: Access;
  readonly tokens: ScopedTokens;
}

/** Serves the endpoint. Asked for more than is allowed, it grants what is. */
export function registryTokenRoute({ access, tokens }: TokenEndpointOptions): Route {
  return {
    prefix: REGISTRY_TOKEN_PATH,
    async handle(request, response) {
      const query = new URL(request.url ?? "/", "http://registry").searchParams;
      if (request.method !== "GET") return sendJson(response, 405, problem("UNSUPPORTED", "only GET is answered"));
      if (query.get("service") !== REGISTRY_SERVICE) {
        return sendJson(response, 400, problem("UNSUPPORTED", `tokens are given for ${REGISTRY_SERVICE}`));
      }
      const caller = await callerOf(access, request);
      if (!caller) {
        return sendJson(response, 401, problem("UNAUTHORIZED", "a node's certificate or a Kubernetes token is needed"));
      }
      const scopes = parseScopes(query.getAll("scope")).slice(0, MAX_SCOPES);
      const grants: Grant[] = [];
      for (const scope of scopes) {
        const actions = await allowed(access, caller, scope);
        if (actions.length > 0) grants.push({ type: "repository", name: scope.name, actions });
      }
      const subject = caller.username;
      const issued = tokens.issue({ subject, audience: REGISTRY_SERVICE, access: grants, seconds: LIFE });
      const { token, seconds } = issued;
      sendJson(response, 200, {
        token,
        access_token: token,
        expires_in: seconds,
        issued_at: new Date(issued.issuedAt * 1000).toISOString(),
      });
    },
  };
}

/** A token wins over a certificate, which a shared proxy may carry. */
async function callerOf(access: Access, request: IncomingMessage): Promise<Caller | undefined> {
  const token = tokenOf(request.headers.authorization);
  return token === undefined ? certificateCaller(request) : await access.authenticate(token);
}

const verbs = { pull: "get", push: "push" } as const;

async function allowed(access: Access, caller: Caller, { name, actions }: RepositoryScope): Promise<string[]> {
  const granted: string[] = [];
  for (const action of ["pull", "push"] as const) {
    if (actions.includes(action) && (await mayDo(access, caller, action, name))) granted.push(action);
  }
  return granted;
}

async function mayDo(access: Access, caller: Caller, action: "pull" | "push", name: string): Promise<boolean> {
  const isNode = caller.username.startsWith("system:node:") && (caller.groups?.includes("system:nodes") ?? false);
  const isPlatform = name.startsWith(`${PLATFORM_NAMESPACE}/`);
  if (action === "pull" && (isNode || isPlatform)) return true;
  const site = siteOfRepository(name);
  // The platform's own images are pushed with tokens that the control plane signs for itself.
  return !isPlatform && site !== undefined && (await access.may(caller, verbs[action], site));
}

const problem = (code: string, message: string) => ({ errors: [{ code, message }] });
