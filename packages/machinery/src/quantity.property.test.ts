// Quantities against exact fractions: the amount, its rounding and cap, and the one canonical way to write it.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  quantityMilli,
  quantityValue,
} from "./quantity.ts";

const DECIMAL: readonly (readonly [string, number])[] = [
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
];
const BINARY: readonly (readonly [string, number])[] = [
  ["Ki", 1],
  ["Mi", 2],
  ["Gi", 3],
  ["Ti", 4],
  ["Pi", 5],
  ["Ei", 6],
];
const NANO = 10n ** 9n;
const MOST = (2n ** 63n - 1n) * NANO;

interface Written {
  readonly text: string;
  /** Numerator and denominator. */
  readonly exact: readonly [bigint, bigint];
  readonly form: "decimal" | "binary" | "exponent";
}

const power = (base: bigint, exponent: number): readonly [bigint, bigint] =>
  exponent >= 0 ? [base ** BigInt(exponent), 1n] : [1n, base ** BigInt(-exponent)];

function written(sign: string, whole: string, fraction: string, suffix: string): Written {
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  const binary = BINARY.find(([name]) => name === suffix)?.[1];
  const decimal = DECIMAL.find(([name]) => name === suffix)?.[1] ?? Number(exponent ?? 0);
  const [up, down] = binary === undefined ? power(10n, decimal) : power(1024n, binary);
  const digits = BigInt(`${whole}${fraction}` === "" ? "0" : `${whole}${fraction}`);
  return {
    text: `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}${suffix}`,
    exact: [(sign === "-" ? -digits : digits) * up, down * 10n ** BigInt(fraction.length)],
    form: binary !== undefined ? "binary" : exponent !== undefined ? "exponent" : "decimal",
  };
}

const digits = (minLength: number) =>
  fc
    .array(fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), { minLength, maxLength: 14 })
    .map((all) => all.join(""));
const suffix = fc.oneof(
  fc.constantFrom(...DECIMAL.map(([name]) => name), ...BINARY.map(([name]) => name)),
  fc
    .tuple(fc.constantFrom("e", "E"), fc.constantFrom("", "+", "-"), fc.nat(30))
    .map(([e, sign, number]) => `${e}${sign}${number}`),
);
const quantity = fc
  .tuple(fc.constantFrom("", "+", "-"), digits(1), digits(0), suffix)
  .map((parts) => written(...parts));

/** Billionths, away from zero, and at most what 63 bits of whole units hold. */
function nanosOf([numerator, denominator]: Written["exact"]): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const up = (size * NANO + denominator - 1n) / denominator;
  const capped = up > MOST ? MOST : up;
  return numerator < 0n ? -capped : capped;
}

/** Every way to write an amount with a suffix of its family and without a fraction; the one with the largest suffix is canonical. */
function canonicalOf(nanos: bigint, form: Written["form"]): string {
  if (nanos === 0n) return "0";
  const size = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? "-" : "";
  if (form === "binary" && size >= 1024n * NANO) {
    const whole = (size + NANO - 1n) / NANO;
    const fits = BINARY.filter(([, exponent]) => whole % 1024n ** BigInt(exponent) === 0n).at(-1);
    return fits ? `${sign}${whole / 1024n ** BigInt(fits[1])}${fits[0]}` : `${sign}${whole}`;
  }
  const [name, exponent] = DECIMAL.filter(([, one]) => size % 10n ** BigInt(one + 9) === 0n).at(-1) ?? ["n", -9];
  const mantissa = size / 10n ** BigInt(exponent + 9);
  if (form !== "exponent") return `${sign}${mantissa}${name}`;
  return exponent === 0 ? `${sign}${mantissa}` : `${sign}${mantissa}e${exponent}`;
}

test("a quantity is the fraction that it says, rounded up to billionths", () => {
  fc.assert(
    fc.property(quantity, ({ text, exact, form }) => {
      const nanos = nanosOf(exact);
      assert.equal(parseQuantity(text)?.nanos, nanos, text);
      const canonical = canonicalQuantity(text) ?? "";
      assert.equal(canonical, canonicalOf(nanos, form), text);
      assert.equal(canonicalQuantity(canonical), canonical, "what is canonical stays as it is");
      // In units of two, what is less than one is rounded away from zero when it is written.
      if (form !== "binary") assert.equal(parseQuantity(canonical)?.nanos, nanos);
    }),
    { numRuns: 4000, seed: 71 },
  );
});

test("quantities compare, add and round as their fractions do", () => {
  const up = (nanos: bigint, unit: bigint): number => {
    const size = nanos < 0n ? -nanos : nanos;
    const whole = (size + unit - 1n) / unit;
    return Number(nanos < 0n ? -whole : whole);
  };
  fc.assert(
    fc.property(quantity, quantity, (a, b) => {
      const [mine, theirs] = [nanosOf(a.exact), nanosOf(b.exact)];
      assert.equal(Math.sign(compareQuantities(a.text, b.text)), mine < theirs ? -1 : mine > theirs ? 1 : 0);
      assert.equal(quantityValue(a.text), up(mine, NANO));
      assert.equal(quantityMilli(a.text), up(mine, 1_000_000n));
      assert.equal(addQuantities(a.text, b.text), canonicalOf(mine + theirs, a.form));
    }),
    { numRuns: 2000, seed: 72 },
  );
});

test("text that is near a quantity is none", () => {
  const rows = [
    "",
    "+",
    "-",
    ".",
    "1..2",
    "1.2.3",
    "e5",
    "1e",
    "1e+",
    "1e1.5",
    "1ki",
    "1Kib",
    "1 k",
    "1K",
    "1i",
    "--1",
    "1-",
    "0x10",
    "1_000",
    "١",
    "NaN",
    "Infinity",
    "1g",
    "1mi",
    "1Ee",
    "1,5",
  ];
  for (const text of rows) assert.equal(parseQuantity(text), undefined, JSON.stringify(text));
});

test("texts of any length are read in time", () => {
  const long = `${"9".repeat(100_000)}.${"9".repeat(100_000)}m`;
  assert.equal(parseQuantity(long)?.nanos, MOST);
  assert.equal(canonicalQuantity(`-0.${"0".repeat(100_000)}1Ei`), "-1n");
});
