// Discovery of the service-account issuer: where others learn to check our tokens (OpenID Connect).
import type { ServiceAccountTokens } from "../authentication/service-account.ts";

const JWKS_PATH = "/openid/v1/jwks";

/** `/.well-known/openid-configuration`. */
export function issuerDocument({ issuer, keys }: ServiceAccountTokens, address: string): object {
  return {
    issuer,
    jwks_uri: `https://${address}${JWKS_PATH}`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [...new Set(keys.map(({ algorithm }) => algorithm))],
  };
}

/** `/openid/v1/jwks`. */
export function keySet({ keys }: ServiceAccountTokens): object {
  const byId = new Map(keys.map((key) => [key.keyId, key.jwk]));
  return { keys: [...byId.values()] };
}
