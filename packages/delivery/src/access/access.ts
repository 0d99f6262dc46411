// Who may read and push a site: asked of the API server, as for any other verb on any other resource.
import { DELIVERY_GROUP, Site, SubjectAccessReview, TokenReview } from "@knots/api";
import type { Client } from "@knots/client";

/** A site by namespace and name. */
export interface SiteKey {
  readonly namespace: string;
  readonly name: string;
}

/** Whom a request comes from. */
export interface Caller {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** `get` reads source and images, `push` writes them. */
export type SiteVerb = "get" | "push";

export interface Access {
  /** Whom a Kubernetes token belongs to; undefined when it is good for nobody. */
  authenticate(token: string): Promise<Caller | undefined>;
  /** Whether the caller may do this to the site, which need not exist. */
  may(caller: Caller, verb: SiteVerb, site: SiteKey): Promise<boolean>;
}

/** Asks by TokenReview and SubjectAccessReview; the client's identity must be allowed to create both. */
export function kubernetesAccess(client: Client): Access {
  return {
    async authenticate(token) {
      const { status } = await client.create(TokenReview, { metadata: {}, spec: { token } });
      const { username, uid, groups, extra } = status?.user ?? {};
      if (!status?.authenticated || !username) return undefined;
      return { username, ...(uid && { uid }), ...(groups && { groups }), ...(extra && { extra }) };
    },
    async may(caller, verb, { namespace, name }) {
      const resource = { namespace, name, verb, group: DELIVERY_GROUP, version: Site.version, resource: Site.plural };
      const { username: user, uid, groups, extra } = caller;
      const review = await client.create(SubjectAccessReview, {
        metadata: {},
        spec: {
          user,
          ...(uid && { uid }),
          ...(groups && { groups: [...groups] }),
          ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, all]) => [key, [...all]])) }),
          resourceAttributes: resource,
        },
      });
      return review.status?.allowed === true;
    },
  };
}
