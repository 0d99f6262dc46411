// Accept headers: what the client would like, in order.

/** One wish: a media type with its parameters (`as`, `g`, `v` ask for another shape of the answer). */
export interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const parameters: Record<string, string> = {};
  for (const part of rest) {
    const at = part.indexOf("=");
    if (at > 0) parameters[part.slice(0, at).toLowerCase()] = part.slice(at + 1).replace(/^"(.*)"$/, "$1");
  }
  const { q, ...others } = parameters;
  const quality = q === undefined ? 1 : Number(q);
  return { type: type.toLowerCase(), parameters: others, quality: Number.isFinite(quality) ? quality : 0 };
}

/** How much a range leaves open: 0 names a type, 1 a family, 2 takes anything. */
const openness = ({ type }: MediaRange): number => (type === "*/*" ? 2 : type.endsWith("/*") ? 1 : 0);

/**
 * Parses a header; the most wanted first, of equals those that leave less open, then in the order written. Names with odd characters are
 * kept as they are.
 */
export function parseAccept(header: string | undefined): readonly MediaRange[] {
  const text = header?.trim() ? header : "*/*";
  const ranges = text.split(",").map(parseRange);
  return ranges
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality || openness(a) - openness(b));
}

/** Whether a range such as `application/*` covers a media type. */
export function covers({ type }: MediaRange, mediaType: string): boolean {
  if (type === "*/*" || type === mediaType) return true;
  return type.endsWith("/*") && mediaType.startsWith(type.slice(0, -1));
}
