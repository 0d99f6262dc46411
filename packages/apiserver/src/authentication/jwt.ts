// JSON Web Tokens: compact signed form (RFC 7515), one key at a time.
import type { Json, JsonObject } from "@knots/machinery";
import type { Signer, Verifier } from "./crypto.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Longest token that is looked at (characters). */
const MAX_TOKEN = 16 * 1024;

function toBase64Url(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

const encodePart = (value: object): string => toBase64Url(encoder.encode(JSON.stringify(value)));

/** Signs claims. */
export function signJwt(signer: Signer, claims: object): string {
  const input = `${encodePart({ alg: signer.algorithm, kid: signer.keyId })}.${encodePart(claims)}`;
  return `${input}.${toBase64Url(signer.sign(encoder.encode(input)))}`;
}

function parsePart(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(decoder.decode(fromBase64Url(text))) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** The claims of a token, unverified; undefined when it is no token at all. */
export function peekClaims(token: string): JsonObject | undefined {
  const parts = token.split(".");
  return parts.length === 3 && token.length <= MAX_TOKEN ? parsePart(parts[1] ?? "") : undefined;
}

/** The claims of a token that one of the keys has signed; undefined otherwise. */
export function verifyJwt(token: string, keys: readonly Verifier[]): JsonObject | undefined {
  const [head = "", body = "", signature = ""] = token.split(".");
  const header = parsePart(head);
  const claims = peekClaims(token);
  if (!header || !claims) return undefined;
  const input = encoder.encode(`${head}.${body}`);
  const fitting = keys.filter(
    ({ algorithm, keyId }) => algorithm === header["alg"] && (header["kid"] === undefined || header["kid"] === keyId),
  );
  try {
    const bytes = fromBase64Url(signature);
    return fitting.some((key) => key.verify(input, bytes)) ? claims : undefined;
  } catch {
    return undefined;
  }
}
