// Tokens as anybody may send them: whatever is near a good one is no token, and nothing breaks.
import assert from "node:assert/strict";
import { createVirtualClock, seededRandom } from "@knots/std";
import { fuzz, TEXT } from "../../../../testkit/fuzz/fuzz.ts";
import { BODY, nestedLists, nestedObjects } from "../../../../testkit/fuzz/hostile.ts";
import type { Signer, Verifier } from "./crypto.ts";
import { signJwt } from "./jwt.ts";
import { createServiceAccountTokens } from "./service-account.ts";

/** A signature that anybody could make, but that nothing near it is. */
function signature(data: Uint8Array): Uint8Array {
  let sum = 1;
  for (const byte of data) sum = (Math.imul(sum, 31) + byte) | 0;
  return new Uint8Array(Int32Array.of(sum).buffer);
}
const key: Signer & Verifier = {
  algorithm: "ES256",
  keyId: "k",
  sign: signature,
  verify: (data, given) => Buffer.compare(signature(data), given) === 0,
  jwk: {},
};

const NOW = Date.UTC(2026, 0, 1);
const account = { name: "robot", uid: "1" };
const tokens = createServiceAccountTokens({
  issuer: "here",
  audiences: ["here"],
  signer: key,
  keys: [key],
  clock: createVirtualClock(NOW),
  random: seededRandom(1),
  lookup: async (_resource, _namespace, name) =>
    name === account.name
      ? { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, uid: account.uid } }
      : undefined,
});
const good = tokens.sign({ namespace: "default", account, audiences: ["here"], seconds: 3600, bound: {} }).token;
/** Signed by us, with claims that are not ours. */
const odd = (claims: object): string => signJwt(key, { iss: "here", aud: "here", iat: 0, nbf: 0, exp: NOW, ...claims });
const part = (text: string): string => Buffer.from(text).toString("base64url");

const NO_TOKEN = new Error("no token");
fuzz({
  name: "service-account tokens",
  form: TEXT,
  samples: [good],
  tokens: [".", "=", "-", "_", part("{}"), part('{"alg":"none"}'), part("null"), part("[]"), "é", "eyJ"],
  hostile: [
    { says: "a body full of dots", input: () => ".".repeat(BODY), refused: true },
    { says: "claims as long as a body", input: () => `${part("{}")}.${"A".repeat(BODY)}.x`, refused: true },
    { says: "a header as long as a body", input: () => `${"A".repeat(BODY)}.${part("{}")}.x`, refused: true },
    { says: "deep claims", input: () => `${part("{}")}.${part(nestedObjects(1500))}.x`, refused: true },
    { says: "deep claims, signed", input: () => odd({ sub: JSON.parse(nestedLists(3000)) }), refused: true },
    { says: "no account", input: () => odd({}), refused: true },
    {
      says: "an account that is text",
      input: () => odd({ "kubernetes.io": { serviceaccount: "robot" } }),
      refused: true,
    },
    { says: "claims of ours that are text", input: () => odd({ "kubernetes.io": "x" }), refused: true },
    { says: "times that are text", input: () => odd({ exp: "x", nbf: {}, "kubernetes.io": {} }), refused: true },
    {
      says: "audiences of every type",
      input: () => odd({ aud: [1, null, {}, "here"], "kubernetes.io": {} }),
      refused: true,
    },
    {
      says: "an account without a name",
      input: () => odd({ "kubernetes.io": { namespace: 1, serviceaccount: { uid: [] } } }),
      refused: true,
    },
  ],
  async run(token) {
    const found = await tokens.verify(token);
    if (!found) throw NO_TOKEN;
    assert.equal(found.user.name, "system:serviceaccount:default:robot");
  },
  declared: (error) => error === NO_TOKEN,
});
