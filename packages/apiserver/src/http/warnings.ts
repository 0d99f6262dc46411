// Warning headers (RFC 7234): what kubectl prints as "Warning: ...".

/** Longest text of one warning (characters). */
const MAX_TEXT = 1024;

/** The header's value; control characters are left out, quotes and backslashes escaped. */
export function warningHeader(text: string): string {
  const printable = Array.from(text, (character) =>
    character >= " " && character !== "\u007f" ? character : " ",
  ).join("");
  const bytes = toLatin(printable.slice(0, MAX_TEXT));
  return `299 - "${bytes.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** UTF-8 bytes as characters, the form in which Node writes headers. */
function toLatin(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
