// Who has which domain: the oldest claim of a site, or of an Ingress that people wrote by hand, wins.
import { Ingress, Site } from "@knots/api";
import { managerOf } from "./names.ts";

/** Somebody who wants a domain. */
export interface Claimant {
  readonly kind: "Site" | "Ingress";
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly since: string;
}

const claimant = (kind: Claimant["kind"], { metadata }: Site | Ingress): Claimant => ({
  kind,
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
  since: metadata.creationTimestamp ?? "",
});
export const siteClaim = (site: Site): Claimant => claimant("Site", site);
export const ingressClaim = (ingress: Ingress): Claimant => claimant("Ingress", ingress);

/** Hosts that a hand-written Ingress has; one that belongs to a site claims nothing by itself. */
export function claimedHosts(ingress: Ingress): readonly string[] {
  if (managerOf(ingress)?.kind === Site.kind) return [];
  return [...new Set((ingress.spec?.rules ?? []).flatMap(({ host }) => (host ? [host] : [])))];
}

/** Text of a claimant in messages: `site default/hello`. */
export const claimantText = ({ kind, namespace, name }: Claimant): string =>
  `${kind === "Site" ? "site" : Ingress.kind} ${namespace}/${name}`;

const order = ({ since, kind, namespace, name }: Claimant): string => `${since} ${kind} ${namespace}/${name}`;

/** Who has the domain; claimants that are being deleted must not be among them. */
export const winner = (claimants: readonly Claimant[]): Claimant | undefined =>
  claimants.reduce<Claimant | undefined>((best, each) => (best && order(best) <= order(each) ? best : each), undefined);

/** A domain that the site wants and another has. */
export interface Lost {
  readonly domain: string;
  readonly owner: Claimant;
}

/** Divides the site's domains; `rivals` are all other claimants by domain. */
export function divide(
  site: Site,
  rivals: ReadonlyMap<string, readonly Claimant[]>,
): { readonly accepted: readonly string[]; readonly lost: readonly Lost[] } {
  const own = siteClaim(site);
  const accepted: string[] = [];
  const lost: Lost[] = [];
  for (const domain of site.spec.domains) {
    const owner = winner([own, ...(rivals.get(domain) ?? [])]);
    if (owner === own || !owner) accepted.push(domain);
    else lost.push({ domain, owner });
  }
  return { accepted, lost };
}
