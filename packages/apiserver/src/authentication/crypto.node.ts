// The cryptography port on Node.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Crypto } from "./crypto.ts";

const sha256 = (data: Uint8Array): Uint8Array => createHash("sha256").update(data).digest();

function algorithmOf(key: KeyObject): "ES256" | "RS256" {
  return key.asymmetricKeyType === "ec" ? "ES256" : "RS256";
}

/** The key's id: a hash of its public half, as upstream derives it. */
function keyIdOf(key: KeyObject): string {
  return Buffer.from(sha256(key.export({ type: "spki", format: "der" }))).toString("base64url");
}

export const nodeCrypto: Crypto = {
  sha256,
  signer(pem) {
    const key = createPrivateKey(pem);
    const algorithm = algorithmOf(key);
    const options = { key, dsaEncoding: "ieee-p1363" as const };
    return { algorithm, keyId: keyIdOf(createPublicKey(key)), sign: (data) => sign("sha256", data, options) };
  },
  verifier(pem) {
    const key = createPublicKey(pem);
    const algorithm = algorithmOf(key);
    const keyId = keyIdOf(key);
    const options = { key, dsaEncoding: "ieee-p1363" as const };
    return {
      algorithm,
      keyId,
      verify: (data, signature) => verify("sha256", data, options, signature),
      jwk: { ...key.export({ format: "jwk" }), use: "sig", kid: keyId, alg: algorithm },
    };
  },
};
