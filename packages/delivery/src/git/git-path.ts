// The paths of git's smart HTTP: which repository, which service, which step.
import { dns1035Label, dns1123Label } from "@knots/machinery";
import type { SiteKey } from "../access/access.ts";

export type GitService = "git-upload-pack" | "git-receive-pack";

/** A request of git: `advertise` lists references, `serve` fetches or pushes. */
export interface GitCall {
  readonly site: SiteKey;
  readonly service: GitService;
  readonly step: "advertise" | "serve";
}

/** All paths of the git server start so. */
export const GIT_PREFIX = "/git/";

/** The path of a site's repository, as it stands in its push address. */
export const gitPath = ({ namespace, name }: SiteKey): string => `${GIT_PREFIX}${namespace}/${name}.git`;

/** Reads method and URL; undefined for what git would not ask, names that no site can have included. */
export function parseGitCall(method: string | undefined, url: string): GitCall | undefined {
  const [path = "", query = ""] = url.split("?");
  const [, namespace = "", name = "", rest = ""] = /^\/git\/([^/]+)\/([^/]+?)(?:\.git)?\/(.+)$/.exec(path) ?? [];
  if (dns1123Label(namespace) !== undefined || dns1035Label(name) !== undefined) return undefined;
  const site = { namespace, name };
  if (method === "GET" && rest === "info/refs") {
    const service = serviceOf(new URLSearchParams(query).get("service") ?? "");
    return service && { site, service, step: "advertise" };
  }
  const service = method === "POST" ? serviceOf(rest) : undefined;
  return service && { site, service, step: "serve" };
}

function serviceOf(name: string): GitService | undefined {
  return name === "git-upload-pack" || name === "git-receive-pack" ? name : undefined;
}
