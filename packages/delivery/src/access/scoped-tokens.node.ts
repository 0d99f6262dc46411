// Tokens for one thing and a short time, as registries take them: signed by us, read by docker-registry and by our git server.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { KeyPair } from "@knots/host";
import { type Clock, type Random, uuid } from "@knots/std";
import { base32 } from "./base32.ts";
import type { Grant } from "./grant.ts";
import { TOKEN_ISSUER } from "./names.ts";

export type { Grant } from "./grant.ts";
export { GIT_SERVICE, REGISTRY_SERVICE } from "./names.ts";

export interface TokenRequest {
  /** Who will use it; shows in logs. */
  readonly subject: string;
  /** Who will read it: REGISTRY_SERVICE or GIT_SERVICE. */
  readonly audience: string;
  readonly access: readonly Grant[];
  /** Life in seconds. */
  readonly seconds: number;
}

export interface ScopedToken {
  readonly token: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly seconds: number;
}

export interface ScopedTokens {
  issue(request: TokenRequest): ScopedToken;
  /** Subject and grants of a token of ours that is for this audience and still lives; undefined for any other text. */
  read(token: string, audience: string): { readonly subject: string; readonly access: readonly Grant[] } | undefined;
}

/** Seconds by which clocks may differ. */
const LEEWAY = 30;

/** `key` signs; the registry is given its certificate. It must be used for nothing else: whoever has it may push anything. */
export function scopedTokens(key: KeyPair, clock: Clock, random: Random): ScopedTokens {
  const privateKey = createPrivateKey(key.key);
  const publicKey = createPublicKey(key.certificate);
  const header = encode({ typ: "JWT", alg: "ES256", kid: keyId(key.certificate) });
  const seconds = (): number => Math.floor(clock.now() / 1000);
  return {
    issue({ subject, audience, access, seconds: life }) {
      const now = seconds();
      const times = { iat: now, nbf: now - LEEWAY, exp: now + life };
      const claims = { iss: TOKEN_ISSUER, sub: subject, aud: audience, ...times, jti: uuid(random), access };
      const signed = `${header}.${encode(claims)}`;
      const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return { token: `${signed}.${signature.toString("base64url")}`, issuedAt: now, seconds: life };
    },
    read(token, audience) {
      const [head, body, signature, more] = token.split(".");
      if (head !== header || !body || !signature || more !== undefined) return undefined;
      const bytes = Buffer.from(signature, "base64url");
      const good = verify(
        "sha256",
        Buffer.from(`${head}.${body}`),
        { key: publicKey, dsaEncoding: "ieee-p1363" },
        bytes,
      );
      if (!good) return undefined;
      const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Claims;
      if (claims.aud !== audience || claims.exp < seconds() || claims.nbf > seconds() + LEEWAY) return undefined;
      return { subject: claims.sub, access: claims.access };
    },
  };
}

interface Claims {
  readonly sub: string;
  readonly aud: string;
  readonly nbf: number;
  readonly exp: number;
  readonly access: readonly Grant[];
}

/** By this the registry finds the certificate: a hash of the public key, in groups of four characters. */
function keyId(certificate: string): string {
  const key = createPublicKey(certificate).export({ type: "spki", format: "der" });
  const text = base32(createHash("sha256").update(key).digest().subarray(0, 30));
  return (text.match(/.{4}/g) ?? []).join(":");
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
