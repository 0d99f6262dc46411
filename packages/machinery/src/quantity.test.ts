// Quantities: canonical text, comparison and rounding, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilli,
  quantityValue,
} from "./quantity.ts";

test("canonical text keeps the amount, drops fractions and takes the largest exact suffix", () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["1000m", "1"],
    ["1.5", "1500m"],
    ["0.5Gi", "512Mi"],
    ["1024Mi", "1Gi"],
    ["1500Mi", "1500Mi"],
    ["1000", "1k"],
    ["1e3", "1e3"],
    ["1000e0", "1e3"],
    ["12345E2", "1234500"],
    ["0", "0"],
    ["0.0000000001", "1n"],
    ["-1.5Gi", "-1536Mi"],
    ["100Ki", "100Ki"],
    ["512", "512"],
    [".5", "500m"],
    ["5.", "5"],
    ["", undefined],
    ["1.5.2", undefined],
    ["10Zi", undefined],
    ["ten", undefined],
    ["1 Gi", undefined],
  ];
  for (const [text, canonical] of rows) assert.equal(canonicalQuantity(text), canonical, text);
});

test("values round up, and comparison crosses suffixes", () => {
  assert.equal(quantityValue("1500m"), 2);
  assert.equal(quantityValue("1Ki"), 1024);
  assert.equal(quantityMilli("250u"), 1);
  assert.equal(compareQuantities("1Gi", "1G"), 1);
  assert.equal(compareQuantities("1000m", "1"), 0);
  assert.equal(addQuantities("100m", "1", "0.4"), "1500m");
  assert.equal(addQuantities("1Gi", "512Mi"), "1536Mi");
});

test("canonical text parses back to the same amount", () => {
  const format = fc.constantFrom("DecimalSI" as const, "DecimalExponent" as const);
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }), format, (nanos, kind) => {
      assert.equal(parseQuantity(formatQuantity({ nanos, format: kind }))?.nanos, nanos);
    }),
  );
});
