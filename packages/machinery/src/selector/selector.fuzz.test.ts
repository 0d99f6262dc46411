// Selectors as anybody may write them.
import assert from "node:assert/strict";
import { fuzz, TEXT } from "../../../../testkit/fuzz/fuzz.ts";
import { BODY } from "../../../../testkit/fuzz/hostile.ts";
import { formatFieldSelector, parseFieldSelector } from "./field-selector.ts";
import { formatLabelSelector, parseLabelSelector, SelectorError } from "./label-selector.ts";

const declared = (error: unknown): boolean => error instanceof SelectorError;

fuzz({
  name: "label selectors",
  form: TEXT,
  samples: [
    "app=web,tier!=front",
    "example.com/a in (b, c),!d",
    "e,f notin (g)",
    "size>3,size<=5".replace("=", ""),
    "",
  ],
  tokens: [
    "=",
    "==",
    "!=",
    "!",
    ",",
    "(",
    ")",
    " in ",
    " notin ",
    "<",
    ">",
    " ",
    "\t",
    "a",
    "example.com/",
    "in",
    "exists",
  ],
  hostile: [
    { says: "as many commas as fit", input: () => ",".repeat(BODY), refused: true },
    { says: "as many rules as fit", input: () => "a,".repeat(BODY / 2), refused: true },
    { says: "as many values as fit", input: () => `a in (${"b,".repeat(BODY / 2)}b)` },
    { says: "open brackets", input: () => `a in ${"(".repeat(BODY)}`, refused: true },
    { says: "spaces", input: () => " ".repeat(BODY) },
    { says: "spaces behind a rule", input: () => `a=b${" ".repeat(BODY)}` },
    { says: "a long key", input: () => "a".repeat(BODY), refused: true },
    { says: "a long key of dots", input: () => `${"a.".repeat(BODY / 2)}/b`, refused: true },
  ],
  run(text) {
    const selector = parseLabelSelector(text);
    selector.matches({ a: "b", app: "web" });
    const written = formatLabelSelector(selector);
    assert.equal(formatLabelSelector(parseLabelSelector(written)), written);
  },
  declared,
});

fuzz({
  name: "field selectors",
  form: TEXT,
  samples: ["metadata.name=a\\,b,status.phase!=Running", "spec.nodeName==n", "a=\\\\,b=\\=", ""],
  tokens: ["=", "==", "!=", ",", "\\", "\\\\", "\\,", "\\=", "metadata.name", " "],
  hostile: [
    { says: "as many terms as fit", input: () => "a=b,".repeat(BODY / 4) },
    { says: "a body of backslashes", input: () => `a=${"\\".repeat(BODY)}` },
    { says: "one term without an operator", input: () => "a".repeat(BODY), refused: true },
    { says: "exclamation marks", input: () => "!".repeat(BODY), refused: true },
    { says: "commas", input: () => ",".repeat(BODY) },
  ],
  run(text) {
    const parsed = parseFieldSelector(text);
    assert.deepEqual(parseFieldSelector(formatFieldSelector(parsed)), parsed);
  },
  declared,
});
