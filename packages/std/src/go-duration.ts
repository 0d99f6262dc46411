// Durations as Go writes them, which upstream's flags, files and queries hold: `1m30s`, `500ms`, `-1.5h`, `0`.

/** Milliseconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00b5s": 1e-3,
  "\u03bcs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)?/y;

/** Milliseconds; undefined and Go's words of what is wrong when the text is no duration. */
export type GoDuration =
  | { readonly milliseconds: number }
  | { readonly milliseconds?: undefined; readonly why: string };

export function parseGoDuration(text: string): GoDuration {
  const sign = /^[-+]/.test(text) ? 1 : 0;
  if (text.slice(sign) === "0") return { milliseconds: 0 };
  let total = 0;
  PART.lastIndex = sign;
  do {
    const [, amount, unit] = PART.exec(text) ?? [];
    if (amount === undefined) return { why: `time: invalid duration ${JSON.stringify(text)}` };
    if (unit === undefined) return { why: `time: missing unit in duration ${JSON.stringify(text)}` };
    total += Number(amount) * (UNITS[unit] ?? 0);
  } while (PART.lastIndex < text.length);
  return { milliseconds: text.startsWith("-") ? -total : total };
}
