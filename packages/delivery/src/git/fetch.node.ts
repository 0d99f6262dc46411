// Lists references and serves fetches and clones.

import { type Exchange, feed, guard, writeAll } from "./exchange.node.ts";
import type { GitService } from "./git-path.ts";
import { FLUSH, packet } from "./pkt-line.ts";
import { startGit } from "./program.node.ts";
import { requestBody } from "./request-body.node.ts";

const noCache = { "cache-control": "no-cache, max-age=0, must-revalidate" };

/** What the client may speak; only what a newer git has defined and we know. */
function protocolOf({ request }: Exchange): string | undefined {
  const header = request.headers["git-protocol"];
  return header === "version=2" || header === "version=1" ? header : undefined;
}

/** Answers with the references, which a push or fetch begins with. */
export async function advertise(exchange: Exchange, service: GitService, repository: string): Promise<void> {
  const fetching = service === "git-upload-pack";
  const protocol = fetching ? protocolOf(exchange) : undefined;
  const { response } = exchange;
  const command = service.slice("git-".length);
  const git = startGit([command, "--stateless-rpc", "--advertise-refs", repository], { repository, protocol });
  using _guard = guard(exchange, git);
  git.child.stdin.end();
  response.writeHead(200, { ...noCache, "content-type": `application/x-${service}-advertisement` });
  if (protocol !== "version=2") await writeAll(response, Buffer.concat([packet(`# service=${service}\n`), FLUSH]));
  await sendOutput(exchange, git);
}

/** Negotiates and sends a pack. */
export async function serveFetch(exchange: Exchange, repository: string): Promise<void> {
  const protocol = protocolOf(exchange);
  const { request, response, limits } = exchange;
  const git = startGit(["upload-pack", "--stateless-rpc", repository], { repository, protocol });
  using _guard = guard(exchange, git);
  response.writeHead(200, { ...noCache, "content-type": "application/x-git-upload-pack-result" });
  const fed = feed(git, new Uint8Array(), requestBody(request, limits.fetchRequestBytes)).catch((error: unknown) => {
    git.hangUp();
    return error;
  });
  await sendOutput(exchange, git);
  await fed;
}

async function sendOutput({ response, log }: Exchange, git: ReturnType<typeof startGit>): Promise<void> {
  for await (const chunk of git.child.stdout as AsyncIterable<Buffer>) {
    if (!(await writeAll(response, chunk))) break;
  }
  const code = await git.ended;
  // A cut answer must not look like a whole one.
  if (code === 0) return void response.end();
  log.warn("git ended early", { code, said: git.errors() });
  response.destroy();
}
