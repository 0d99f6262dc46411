// The server's ways to authenticate, from its options.
import type { Clock, Random } from "@knots/std";
import type { TokenOptions } from "../options.ts";
import type { Registries } from "../registry/registries.ts";
import { type Authenticator, createAuthenticator } from "./authenticator.ts";
import type { Crypto } from "./crypto.ts";
import { createServiceAccountTokens, type Lookup, type ServiceAccountTokens } from "./service-account.ts";
import { parseTokenFile } from "./token-file.ts";

export interface AuthenticationOptions {
  readonly tokens?: TokenOptions | undefined;
  readonly tokenFile?: string | undefined;
  readonly anonymous: boolean;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  /** Read only once requests come. */
  readonly registries: () => Registries;
}

export interface Authentication {
  readonly authenticator: Authenticator;
  readonly accounts: ServiceAccountTokens | undefined;
}

/** The cache answers for what it has; what it does not have yet is asked of the store. */
function lookupIn(registries: () => Registries): Lookup {
  return async (resource, namespace, name) => {
    const registry = registries().find({ group: "", version: "v1", resource });
    if (!registry) return undefined;
    const key = registry.storage.key(namespace, name);
    return registry.cache.get(key) ?? registry.storage.get(key);
  };
}

/** Opens keys and reads the token file. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { tokens, crypto, clock, random, anonymous } = options;
  const accounts =
    tokens &&
    createServiceAccountTokens({
      issuer: tokens.issuer,
      audiences: tokens.audiences ?? [tokens.issuer],
      signer: crypto.signer(tokens.signingKey),
      keys: [tokens.signingKey, ...(tokens.verificationKeys ?? [])].map((pem) => crypto.verifier(pem)),
      clock,
      random,
      lookup: lookupIn(options.registries),
    });
  const tokenFile = parseTokenFile(options.tokenFile ?? "");
  return { accounts, authenticator: createAuthenticator({ tokenFile, accounts, anonymous }) };
}
