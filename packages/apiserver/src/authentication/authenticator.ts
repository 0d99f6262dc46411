// Who makes a request: certificate, then token, then nobody.
import { unauthorized } from "../errors.ts";
import { ANONYMOUS, authenticated, type User } from "../user.ts";
import type { ServiceAccountTokens } from "./service-account.ts";

/** What a request shows of its sender. */
export interface Credentials {
  readonly certificate?: { readonly commonName: string; readonly organizations: readonly string[] } | undefined;
  /** The Authorization header. */
  readonly authorization?: string | undefined;
}

export interface Authenticator {
  /** The user; 401 for bad credentials, and for none where anonymous requests are not let in. */
  authenticate(credentials: Credentials): Promise<User>;
  /** The user of a bearer token and the audiences it is good for. */
  token(
    token: string,
    audiences?: readonly string[],
  ): Promise<{ readonly user: User; readonly audiences: readonly string[] } | undefined>;
}

export interface AuthenticatorOptions {
  readonly tokenFile: ReadonlyMap<string, User>;
  readonly accounts: ServiceAccountTokens | undefined;
  readonly anonymous: boolean;
}

/** Puts the ways to authenticate in order. */
export function createAuthenticator({ tokenFile, accounts, anonymous }: AuthenticatorOptions): Authenticator {
  const token: Authenticator["token"] = async (text, audiences) => {
    const known = tokenFile.get(text);
    if (known) return { user: known, audiences: audiences ?? accounts?.audiences ?? [] };
    return accounts?.verify(text, audiences);
  };
  return {
    token,
    async authenticate({ certificate, authorization }) {
      if (certificate) return authenticated(certificate.commonName, certificate.organizations);
      const bearer = /^bearer\s+(\S+)\s*$/i.exec(authorization ?? "")?.[1];
      if (bearer !== undefined) {
        const found = await token(bearer);
        if (!found) throw unauthorized();
        return found.user;
      }
      if (!anonymous) throw unauthorized();
      return ANONYMOUS;
    },
  };
}
