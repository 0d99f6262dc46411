// Reads the Authorization header: a bearer token, or a token as the password of basic authentication.

/** Longest header that is looked at, in characters. */
const LONGEST = 16_384;

/** The token that came with a request; undefined when none did. The user name of basic authentication means nothing. */
export function tokenOf(header: string | undefined): string | undefined {
  if (header === undefined || header.length > LONGEST) return undefined;
  const [, scheme = "", value = ""] = /^(\w+) +(\S+)$/.exec(header.trim()) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const password = pair.slice(pair.indexOf(":") + 1);
  return pair.includes(":") && password !== "" ? password : undefined;
}
