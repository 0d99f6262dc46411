// Selectors against readings of their rules that are as slow and as plain as can be.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatFieldSelector, parseFieldSelector } from "./field-selector.ts";
import {
  formatLabelSelector,
  type Labels,
  parseLabelSelector,
  SelectorError,
  selectorFromObject,
} from "./label-selector.ts";

const key = fc.constantFrom("a", "b", "example.com/c", "in", "notin", "exists", "A.b-c_d");
const word = fc.constantFrom<string>(
  "",
  "x",
  "y",
  "5",
  "-5",
  "05",
  "1e1",
  "0x5",
  "9223372036854775807",
  "9223372036854775808",
  "in",
);
const label = word.filter((text) => !text.startsWith("-"));
const labels = fc.dictionary(key, label, { maxKeys: 4, noNullPrototype: true });

/** One rule: how it may be written, and when it holds. */
interface Rule {
  readonly texts: readonly string[];
  readonly holds: (value: string | undefined) => boolean;
}

const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
function int64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= INT64[0] && value <= INT64[1] ? value : undefined;
}
const beyond = (value: string | undefined, limit: string, sign: bigint): boolean => {
  const [mine, theirs] = [int64(value), int64(limit)];
  return mine !== undefined && theirs !== undefined && (mine - theirs) * sign > 0n;
};

const rule = fc
  .record({
    key,
    values: fc.array(label, { minLength: 1, maxLength: 3 }),
    number: fc.constantFrom("0", "5", "9223372036854775806"),
    kind: fc.nat(6),
  })
  .map((one): Rule & { key: string } => {
    const { key: name, values, number, kind } = one;
    const [first = ""] = values;
    const rules: readonly Rule[] = [
      { texts: [name], holds: (value) => value !== undefined },
      { texts: [`!${name}`, `! ${name}`], holds: (value) => value === undefined },
      { texts: [`${name}=${first}`, `${name}==${first}`, `${name} = ${first}`], holds: (value) => value === first },
      { texts: [`${name}!=${first}`, `${name} != ${first}`], holds: (value) => value !== first },
      {
        texts: [`${name} in (${values.join(",")})`, `${name} in ( ${values.join(" , ")} )`],
        holds: (value) => value !== undefined && values.includes(value),
      },
      {
        texts: [`${name} notin (${values.join(",")})`],
        holds: (value) => value === undefined || !values.includes(value),
      },
      { texts: [`${name}>${number}`, `${name} > ${number}`], holds: (value) => beyond(value, number, 1n) },
    ];
    return { ...(rules[kind] as Rule), key: name };
  });
const less = fc
  .record({ key, number: fc.constantFrom("0", "5", "9223372036854775807") })
  .map(({ key: name, number }) => ({
    key: name,
    texts: [`${name}<${number}`],
    holds: (value: string | undefined) => beyond(value, number, -1n),
  }));
const rules = fc.array(fc.tuple(fc.oneof(rule, less), fc.nat()), { maxLength: 4 });

const labelOf = (given: Labels, name: string): string | undefined => new Map(Object.entries(given)).get(name);

test("a label selector matches what all its rules match, however it is written, and written again", () => {
  fc.assert(
    fc.property(rules, labels, (chosen, given) => {
      const text = chosen.map(([{ texts }, pick]) => texts[pick % texts.length]).join(",");
      const expected = chosen.every(([{ key: name, holds }]) => holds(labelOf(given, name)));
      const selector = parseLabelSelector(text);
      assert.equal(selector.matches(given), expected, text);
      const written = formatLabelSelector(selector);
      assert.equal(parseLabelSelector(written).matches(given), expected, written);
      assert.equal(formatLabelSelector(parseLabelSelector(written)), written);
    }),
    { numRuns: 3000, seed: 61 },
  );
});

test("a structured selector says the same as its text", () => {
  const operator = fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist");
  const expression = fc.record({ key, operator, values: fc.array(label, { minLength: 1, maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(expression, { maxLength: 3 }), labels, labels, (expressions, matchLabels, given) => {
      const terms = expressions.map(({ key: name, operator: how, values }) => {
        if (how === "Exists") return name;
        if (how === "DoesNotExist") return `!${name}`;
        return `${name} ${how.toLowerCase()} (${values.join(",")})`;
      });
      const text = [...Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`), ...terms].join(",");
      const matchExpressions = expressions.map(({ values, ...one }) =>
        one.operator.includes("Exist") ? one : { ...one, values },
      );
      const structured = selectorFromObject({ matchLabels, matchExpressions });
      assert.equal(structured.matches(given), parseLabelSelector(text).matches(given), text);
    }),
    { numRuns: 1000, seed: 62 },
  );
});

test("only whole numbers compare", () => {
  for (const text of ["a>x", "a<1.5", "a>", "a>0x5", "a<9223372036854775808"])
    assert.throws(() => parseLabelSelector(text), SelectorError, text);
});

/** Reads a field selector sign by sign. */
function readFields(text: string): readonly (readonly [string, string, string])[] | undefined {
  const terms: string[][] = [[]];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ",") terms.push([]);
    else if (text[at] === "\\") terms.at(-1)?.push(text.slice(at, ++at + 1));
    else terms.at(-1)?.push(text[at] as string);
  }
  const found: (readonly [string, string, string])[] = [];
  for (const term of terms.filter(({ length }) => length > 0)) {
    const signs = term.join("");
    const at = signs.search(/!=|=/);
    if (at < 0) return undefined;
    const operator = signs.startsWith("!=", at) ? "!=" : signs.startsWith("==", at) ? "==" : "=";
    const rest = signs.slice(at + operator.length);
    let value = "";
    for (let index = 0; index < rest.length; index++) {
      if (rest[index] === "=") return undefined;
      if (rest[index] === "\\" && !/[\\,=]/.test(rest[++index] ?? "")) return undefined;
      value += rest[index];
    }
    found.push([signs.slice(0, at), operator === "!=" ? "!=" : "=", value]);
  }
  return found;
}

test("field selectors are read as sign by sign, and what is written is read back", () => {
  const piece = fc.constantFrom("a", "metadata.name", "=", "==", "!=", "!", ",", "\\", "\\\\", "\\,", "\\=", " ");
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      const expected = readFields(text);
      if (!expected) return assert.throws(() => parseFieldSelector(text), SelectorError, text);
      read++;
      const parsed = parseFieldSelector(text);
      assert.deepEqual(
        parsed.map(({ field, equal, value }) => [field, equal ? "=" : "!=", value]),
        expected,
        text,
      );
      assert.deepEqual(parseFieldSelector(formatFieldSelector(parsed)), parsed);
    }),
    { numRuns: 4000, seed: 63 },
  );
  assert.ok(read > 400, `only ${read} were read`);
});
