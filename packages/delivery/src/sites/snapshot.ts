// What a decision about one site is made from.
import type { Build, ConfigMap, Deployment, Release, Site } from "@knots/api";
import type { Claimant } from "./claims.ts";

/** Objects of the site and around it, as the caches have them. */
export interface SiteSnapshot {
  readonly site: Site;
  /** Others that want the site's domains, by domain. */
  readonly rivals: ReadonlyMap<string, readonly Claimant[]>;
  readonly builds: readonly Build[];
  readonly releases: readonly Release[];
  readonly deployment: Deployment | undefined;
  readonly config: ConfigMap | undefined;
  /** First object with a name of the site's that belongs to somebody else, as `Kind namespace/name`. */
  readonly foreign: string | undefined;
  /** Content of the ConfigMap that builds mount. */
  readonly buildFiles: Readonly<Record<string, string>>;
  readonly urlOf: (domain: string) => string;
  readonly pushUrlOf: (namespace: string, name: string) => string;
}
