// Secrets: text given as stringData becomes data.
import type { AnyObject } from "../registry/objects.ts";
import { withField } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

function merged(secret: AnyObject): AnyObject {
  const texts = secret["stringData"] as Readonly<Record<string, string>> | undefined;
  if (!texts) return secret;
  const encoded = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, base64(text)]));
  const data = { ...(secret["data"] as object | undefined), ...encoded };
  return withField(withField(secret, "stringData", undefined), "data", data);
}

export const secrets: Strategy = { prepareCreate: merged, prepareUpdate: merged };
