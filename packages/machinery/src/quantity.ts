// Resource quantities such as 100m, 1.5Gi and 2e3: parsing, canonical text, arithmetic.

/** The family of suffixes that a quantity is written with. */
export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** An amount in billionths (the finest step upstream keeps, rounded up) and how to write it. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const NANOS = 1_000_000_000n;
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
/** Largest amount upstream keeps: 2^63-1 base units. */
const LIMIT = (2n ** 63n - 1n) * NANOS;

/** Upstream's words for text that is not a quantity. */
export const QUANTITY_MESSAGE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function divideUp(value: bigint, by: bigint): bigint {
  return value % by === 0n ? value / by : value / by + 1n;
}

function parseText(text: string): Quantity | undefined {
  const match = PATTERN.exec(text.trim());
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = "", exponent] = match;
  if (whole === "" && fraction === "") return undefined;
  const binary = BINARY[suffix];
  const power = exponent === undefined ? (binary === undefined ? (DECIMAL[suffix] ?? 0) : 0) : Number(exponent);
  const scale = power + 9 - fraction.length;
  const digits = BigInt(`${whole}${fraction}`) * 2n ** BigInt(binary ?? 0);
  const amount = scale >= 0 ? digits * 10n ** BigInt(Math.min(scale, 400)) : divideUp(digits, 10n ** BigInt(-scale));
  const nanos = amount > LIMIT ? LIMIT : amount;
  const format = binary !== undefined ? "BinarySI" : exponent !== undefined ? "DecimalExponent" : "DecimalSI";
  return { nanos: sign === "-" ? -nanos : nanos, format };
}

const parsed = new Map<string, Quantity>();
const CACHE_SIZE = 4096;
/** Longer texts are not remembered: nobody writes them twice. */
const CACHED_LENGTH = 32;

/** Parses a quantity; undefined when the text is not one. Amounts beyond 2^63-1 are capped, as upstream does. */
export function parseQuantity(text: string): Quantity | undefined {
  const known = parsed.get(text);
  if (known) return known;
  const quantity = parseText(text);
  if (quantity && text.length <= CACHED_LENGTH && parsed.size < CACHE_SIZE) parsed.set(text, quantity);
  return quantity;
}

function decimalText(nanos: bigint, exponentForm: boolean): string {
  if (nanos === 0n) return "0";
  let [mantissa, power] = [nanos, -9];
  while (power < 18 && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    power += 3;
  }
  if (exponentForm) return power === 0 ? `${mantissa}` : `${mantissa}e${power}`;
  const suffix = Object.keys(DECIMAL).find((name) => DECIMAL[name] === power) ?? "";
  return `${mantissa}${suffix}`;
}

function binaryText(nanos: bigint): string {
  const negative = nanos < 0n;
  let mantissa = divideUp(negative ? -nanos : nanos, NANOS);
  let power = 0;
  while (power < 60 && mantissa !== 0n && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    power += 10;
  }
  const suffix = Object.keys(BINARY).find((name) => BINARY[name] === power) ?? "";
  return `${negative ? "-" : ""}${mantissa}${suffix}`;
}

/** Canonical text: no fraction, the largest suffix that keeps the amount exact. */
export function formatQuantity({ nanos, format }: Quantity): string {
  const small = nanos > -1024n * NANOS && nanos < 1024n * NANOS;
  if (format === "BinarySI" && !small) return binaryText(nanos);
  return decimalText(nanos, format === "DecimalExponent");
}

const canonicalTexts = new Map<string, string>();

/** Canonical text of a quantity text; undefined when it is not one. */
export function canonicalQuantity(text: string): string | undefined {
  const known = canonicalTexts.get(text);
  if (known !== undefined) return known;
  const quantity = parseQuantity(text);
  if (!quantity) return undefined;
  const canonical = formatQuantity(quantity);
  if (text.length <= CACHED_LENGTH && canonicalTexts.size < CACHE_SIZE) canonicalTexts.set(text, canonical);
  return canonical;
}

function inUnits(text: string, perUnit: bigint): number {
  const nanos = parseQuantity(text)?.nanos ?? 0n;
  return Number(nanos < 0n ? -divideUp(-nanos, perUnit) : divideUp(nanos, perUnit));
}

/** Whole base units (bytes, cores), rounded up; 0 for text that is no quantity. */
export const quantityValue = (text: string): number => inUnits(text, NANOS);
/** Thousandths (millicores), rounded up; 0 for text that is no quantity. */
export const quantityMilli = (text: string): number => inUnits(text, 1_000_000n);

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareQuantities(a: string, b: string): number {
  const [left, right] = [parseQuantity(a)?.nanos ?? 0n, parseQuantity(b)?.nanos ?? 0n];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Sum of quantities, written in the form of the first. */
export function addQuantities(...texts: readonly string[]): string {
  const parts = texts.map((text) => parseQuantity(text)).filter((part) => part !== undefined);
  const nanos = parts.reduce((sum, part) => sum + part.nanos, 0n);
  return formatQuantity({ nanos, format: parts[0]?.format ?? "DecimalSI" });
}
