// The git server: smart HTTP for the repositories of sites, behind the cluster's own tokens and roles.
import type { ServerResponse } from "node:http";
import { Site } from "@knots/api";
import type { Client } from "@knots/client";
import type { Clock, Logger } from "@knots/std";
import type { Access, SiteKey, SiteVerb } from "../access/access.ts";
import { tokenOf } from "../access/credentials.ts";
import { GIT_SERVICE } from "../access/names.ts";
import type { ScopedTokens } from "../access/scoped-tokens.node.ts";
import { sendText } from "../http/answer.node.ts";
import type { Route } from "../http/server.node.ts";
import { isLeaving } from "../sites/names.ts";
import type { Exchange } from "./exchange.node.ts";
import { advertise, serveFetch } from "./fetch.node.ts";
import { GIT_PREFIX, type GitCall, parseGitCall } from "./git-path.ts";
import { defaultGitLimits, type GitLimits } from "./limits.ts";
import { type OnPush, servePush } from "./push.node.ts";
import type { Repositories } from "./repositories.node.ts";

export interface GitServerOptions {
  /** Reads Sites. */
  readonly client: Client;
  readonly access: Access;
  /** Tokens of ours with a grant {type: "git", name: "<namespace>/<site>", actions: ["get"]} let a build clone. */
  readonly tokens: ScopedTokens;
  readonly repositories: Repositories;
  readonly onPush: OnPush;
  readonly limits?: Partial<GitLimits>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Serves `/git/<namespace>/<site>.git`. */
export function gitRoute(options: GitServerOptions): Route {
  const limits = { ...defaultGitLimits, ...options.limits };
  let running = 0;
  return {
    prefix: GIT_PREFIX,
    async handle(request, response) {
      if (running >= limits.concurrent) {
        return sendText(response, 503, "too many pushes and fetches at the moment: try again", { "retry-after": "5" });
      }
      running++;
      try {
        await handle(options, { request, response, limits, clock: options.clock, log: options.log });
      } finally {
        running--;
      }
    },
  };
}

async function handle(options: GitServerOptions, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const call = parseGitCall(request.method, request.url ?? "");
  if (!call) return sendText(response, 404, "no git repository here: addresses look like /git/<namespace>/<site>.git");
  if (call.step === "serve" && request.headers["content-type"] !== `application/x-${call.service}-request`) {
    return sendText(response, 415, `not a request of ${call.service}`);
  }
  const user = await letIn(options, call, exchange);
  if (user === undefined) return;
  const site = await options.client.find(Site, call.site);
  const problem = siteProblem(call, site);
  if (problem !== undefined) return sendText(response, site ? 403 : 404, problem);
  const repository = await open(options, call, site);
  if (repository === undefined) return sendText(response, 404, gone(call.site));
  await serve(options, exchange, { call, repository, user });
}

const gone = ({ name }: SiteKey): string =>
  `site ${name} is being deleted: wait until it is gone, then create it again with kts site create ${name}`;

/**
 * The repository of a site that was there a moment ago; undefined when it is being deleted by now. Its repository may have
 * been removed in between, and what was then made in its place must not stay for whoever takes the name next.
 */
async function open(
  { client, repositories }: GitServerOptions,
  { site: key }: GitCall,
  site: Site | undefined,
): Promise<string | undefined> {
  const repository = await repositories.ensure(key, site?.spec.branch ?? "main");
  const now = await client.find(Site, key);
  if (now && !isLeaving(now)) return repository;
  await repositories.remove(key);
  return undefined;
}

function siteProblem({ site: { namespace, name }, service }: GitCall, site: Site | undefined): string | undefined {
  if (!site) return `there is no site ${name} in namespace ${namespace}: create it with kts site create ${name}`;
  if (isLeaving(site)) return gone({ namespace, name });
  const url = site.spec.repository?.url;
  if (service === "git-upload-pack" || !url) return undefined;
  return `site ${name} is built from ${url}: push there, or remove the address from the site`;
}

/** The name of the user; undefined when the request has been answered with a refusal. */
async function letIn(
  options: GitServerOptions,
  call: GitCall,
  { request, response }: Exchange,
): Promise<string | undefined> {
  const token = tokenOf(request.headers.authorization);
  const ask = {
    "www-authenticate": 'Basic realm="Knots: any user name, a Kubernetes token as password", charset="UTF-8"',
  };
  if (token === undefined) {
    sendText(response, 401, "a Kubernetes token is needed as the password (any user name)", ask);
    return undefined;
  }
  const verb: SiteVerb = call.service === "git-receive-pack" ? "push" : "get";
  const scoped = options.tokens.read(token, GIT_SERVICE);
  if (scoped) {
    const granted = scoped.access.some(
      (grant) => grant.type === "git" && grant.name === nameOf(call.site) && grant.actions.includes(verb),
    );
    if (granted) return scoped.subject;
    refuse(response, scoped.subject, verb, call.site);
    return undefined;
  }
  const caller = await options.access.authenticate(token);
  if (!caller) {
    sendText(response, 401, "the token is not valid, or no longer: get a new one with kubectl create token", ask);
    return undefined;
  }
  if (await options.access.may(caller, verb, call.site)) return caller.username;
  refuse(response, caller.username, verb, call.site);
  return undefined;
}

const nameOf = ({ namespace, name }: SiteKey): string => `${namespace}/${name}`;

function refuse(response: ServerResponse, user: string, verb: SiteVerb, { namespace, name }: SiteKey): void {
  const deed = verb === "push" ? "push to" : "read";
  const role = `a role with the verb "${verb}" on sites.delivery.knots.dev allows it`;
  sendText(response, 403, `${user} may not ${deed} site ${name} in namespace ${namespace}: ${role}`);
}

interface Granted {
  readonly call: GitCall;
  readonly repository: string;
  readonly user: string;
}

async function serve(
  options: GitServerOptions,
  exchange: Exchange,
  { call, repository, user }: Granted,
): Promise<void> {
  if (call.step === "advertise") return await advertise(exchange, call.service, repository);
  if (call.service === "git-upload-pack") return await serveFetch(exchange, repository);
  const { repositories, onPush, log } = options;
  await servePush(exchange, { site: call.site, repository, repositories, user, onPush });
  // After the answer: the pusher does not wait for it.
  await repositories.maintain(call.site).catch((error: unknown) => {
    log.warn("repository could not be packed", { site: nameOf(call.site), error });
  });
}
