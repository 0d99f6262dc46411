// What a client asks a token for: `repository:team/site:pull,push`.
import { dns1035Label, dns1123Label } from "@knots/machinery";
import type { SiteKey } from "../access/access.ts";
import type { Grant } from "../access/grant.ts";

export interface RepositoryScope {
  /** Full name of the repository. */
  readonly name: string;
  readonly actions: readonly string[];
}

/** Repositories and actions of `scope` parameters, which may hold several each; other kinds of scope are left out. */
export function parseScopes(scopes: readonly string[]): RepositoryScope[] {
  return scopes
    .flatMap((text) => text.split(" "))
    .flatMap((text) => {
      const [, name, actions] = /^repository:([a-z0-9][a-z0-9._/-]*):([a-z*,]+)$/.exec(text) ?? [];
      return name && actions ? [{ name, actions: actions.split(",") }] : [];
    });
}

/** Namespace of the platform's own images, which everybody known may pull. */
export const PLATFORM_NAMESPACE = "knots";
/** Repository of the base image that pages are packed on. */
export const STATIC_REPOSITORY = `${PLATFORM_NAMESPACE}/static`;

/** The site that a repository belongs to; undefined for other names. */
export function siteOfRepository(name: string): SiteKey | undefined {
  const [namespace = "", site = "", more] = name.split("/");
  const bad = dns1123Label(namespace) ?? dns1035Label(site);
  return bad === undefined && more === undefined ? { namespace, name: site } : undefined;
}

/** The repository of a site. */
export const repositoryOfSite = ({ namespace, name }: SiteKey): string => `${namespace}/${name}`;

/** What the packer of a site may do: write its own repository, read the platform's base image. */
export const packerAccess = (site: SiteKey): Grant[] => [
  { type: "repository", name: repositoryOfSite(site), actions: ["pull", "push"] },
  { type: "repository", name: STATIC_REPOSITORY, actions: ["pull"] },
];
