// Tests of the lexer on the places where simple scanners go wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lex } from "./lex.ts";

const rows: readonly (readonly [sentence: string, text: string, tokens: string])[] = [
  ["a string keeps its content and hides what looks like code", `import "a//b"; x`, "import 'a//b' ; x"],
  ["a comment is no token", "a /* import 'b' */ // c\nd", "a d"],
  ["a quote inside a regular expression opens no string", `x = /["']/; y`, `x = /["']/ ; y`],
  ["a slash in a class of a regular expression does not end it", "return /[/]/g", "return /[/]/g"],
  ["a slash between values divides", "a / b / c", "a / b / c"],
  [
    "code inside a template is read, the text around it is not",
    "`x ${ a + `y${b}` } z` ; c",
    "`x ` a + `y` b `` ` z` ; c",
  ],
  ["braces inside a template's code do not end it early", "`${ { a: 1 } }` ; b", "`` { a : 1 } `` ; b"],
  ["escaped quotes stay inside", `'it\\'s' z`, `'it\\'s' z`],
];

const show = { string: "'", template: "`", word: "", punct: "", regex: "", number: "" };

for (const [sentence, text, expected] of rows) {
  test(sentence, () => {
    const { tokens } = lex(text);
    assert.equal(tokens.map((t) => `${show[t.kind]}${t.value}${show[t.kind]}`).join(" "), expected);
  });
}

test("lines are counted through comments, templates and strings", () => {
  const { tokens, comments } = lex("/*\n*/ a `\n` b\n// c");
  assert.deepEqual(
    tokens.map((t) => t.line),
    [2, 2, 3],
  );
  assert.deepEqual(
    comments.map((c) => c.line),
    [1, 4],
  );
});
